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
        KnownIndex *known;
        const OutputSet *outputs; /* all that are not known */
        unsigned kinds;           /* OUTPUT_BITs of those that are to be published */
        bool wants_checksums;
        unsigned n_workers;
        bool sync;
        bool is_current[OUTPUT_KINDS];
        uint64_t checksums[OUTPUT_KINDS]; /* of what is, or is to be, in the files; 0: not known */
} Renewal;

/*
 * Gives the present time to all that need not be written. OUTPUT_BITs of those that were known and
 * are not there any more: they must be rendered, and this be called again.
 */
unsigned renewal_run(Renewal *renewal);

/* Fills `files` with those that have to be written and returns their number. */
size_t renewal_choose(const Renewal *renewal, PublicationFile *files);
