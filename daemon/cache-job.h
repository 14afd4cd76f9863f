/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"
#include "published.h"
#include "snapshot.h"

/*
 * The job that saves a snapshot's records for the next start.
 */
typedef struct CacheJob {
        Job job;
        void *userdata;

        /* What it gets. Strings are borrowed; the snapshot is referenced. */
        const char *root;
        const char *release;
        Snapshot *snapshot;
        bool sync;
        bool has_published; /* `published` is what was made from the snapshot */
        Published published;

        bool is_young; /* not all that is published was old enough for being certain of it */
        int r; /* 0, also when there is no place for a cache; what module_cache_save() returns */
} CacheJob;

void cache_job_run(Job *job);
void cache_job_free(CacheJob *job);
