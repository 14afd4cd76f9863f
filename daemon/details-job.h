/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"
#include "module-details.h"
#include "snapshot.h"

/*
 * The job that looks into module files for what no index needs and so no model holds: all that one
 * file says of itself, or how files export a symbol.
 */
typedef struct DetailsJob {
        Job job;
        void *userdata;

        /* What it gets. The snapshot is referenced, strings are its own. */
        Snapshot *snapshot;
        const char **paths; /* of module files; owned is the list */
        size_t n_paths;
        char *symbol; /* owned; NULL: the details of the first file */

        /* What it gives. A file that cannot be read leaves its part zeroed. */
        int r; /* of the details */
        ModuleDetails details;
        ModuleExport *exports; /* one for each path */
} DetailsJob;

/* 0 or -ENOMEM, with room for so many paths. */
int details_job_new(DetailsJob **ret_job, Snapshot *snapshot, size_t n_paths);
void details_job_run(Job *job);
void details_job_free(DetailsJob *job);

static inline void details_job_freep(DetailsJob **job) {
        details_job_free(*job);
}
