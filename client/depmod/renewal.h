/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "known-index.h"
#include "publication.h"

/*
 * Which of the index files have to be written: what the directory holds already is not, but is
 * given the present time.
 */
typedef struct Renewal {
        const Publication *publication;
        const KnownIndex *known;
        const OutputSet *outputs; /* all that are not known */
        unsigned kinds;           /* OUTPUT_BITs of those that are to be published */
        unsigned n_workers;
        bool sync;
        bool is_current[OUTPUT_KINDS];
} Renewal;

/*
 * Gives the present time to all that need not be written. OUTPUT_BITs of those that were known and
 * are not there any more: somebody must render them.
 */
unsigned renewal_run(Renewal *renewal);

/* Fills `files` with those that have to be written and returns their number. */
size_t renewal_choose(const Renewal *renewal, PublicationFile *files);
