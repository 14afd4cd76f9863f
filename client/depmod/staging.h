/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "output.h"
#include "publication.h"

/*
 * The index files of a run on their way into its directory: what lies there already and is right is
 * renewed, everything else is staged, both as soon as it is rendered.
 *
 * Calling sequence: init, the sink for rendering, publish if that went well, and done in any case.
 * The publication is borrowed.
 */
typedef struct Staging {
        Publication *publication;
        bool sync;
        StagedFile files[OUTPUT_KINDS];
        bool is_staged[OUTPUT_KINDS];
        int results[OUTPUT_KINDS];        /* negative: it could not be staged */
        uint64_t checksums[OUTPUT_KINDS]; /* of what was rendered */
} Staging;

void staging_init(Staging *staging, Publication *publication, bool sync);
void staging_done(Staging *staging);

OutputSink staging_sink(Staging *staging);

/* publication_publish() of what is staged. */
int staging_publish(Staging *staging, const char **ret_failed);
