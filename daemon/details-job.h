/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"
#include "module-details.h"
#include "snapshot.h"

typedef struct DetailsExport {
        const char *path;
        const char *symbol;
        ModuleExport export;
} DetailsExport;

/*
 * The job that looks into module files for what no index needs and so no model holds: all that one
 * file says of itself, or how files export a symbol.
 */
typedef struct DetailsJob {
        Job job;
        void *userdata;

        /* What it gets. The snapshot is referenced, strings are borrowed. */
        Snapshot *snapshot;
        DetailsExport *exports;
        size_t n_exports;
        size_t exports_capacity;
        const char *path; /* of the module whose details are wanted; NULL: exports are */

        /* What it gives, beside the exports. A file that cannot be read leaves its part zeroed. */
        int r; /* of the details */
        ModuleDetails details;
} DetailsJob;

/* 0 or -ENOMEM. */
int details_job_new(DetailsJob **ret_job, Snapshot *snapshot);

/* Wants to know how the file exports the symbol. 0 or -ENOMEM. */
int details_job_add_export(DetailsJob *job, const char *path, const char *symbol);

/* How it does, if the job was asked and could tell; else a zeroed one with a kind of "". */
ModuleExport details_job_export(const DetailsJob *job, const char *path, const char *symbol);

void details_job_run(Job *job);
void details_job_free(DetailsJob *job);

static inline void details_job_freep(DetailsJob **job) {
        details_job_free(*job);
}
