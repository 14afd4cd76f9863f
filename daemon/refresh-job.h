/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>

#include "jobs.h"
#include "place.h"
#include "refresh.h"
#include "snapshot.h"

/*
 * The job that makes the next snapshot of a kernel from its directory: scan, read what has changed,
 * link. It writes nothing.
 */
typedef struct RefreshJob {
        Job job;
        void *userdata;

        /* What it gets. Strings are borrowed; the snapshot is referenced. */
        const char *directory;
        const char *version;
        const char *root; /* see PlaceList */
        const char *const *config_paths;
        unsigned n_workers;
        const atomic_bool *is_cancelled;
        StringTable *strings; /* see RefreshOptions; referenced */
        Snapshot *known;      /* the last one; NULL: there is none */
        bool reparse;         /* read every file all the same */
        char **changed;       /* see RefreshOptions; owned */

        /* What it gives. */
        int r; /* 0; -ENOENT, -ENOTDIR: there is no such directory; -ECANCELED; or why nothing is
                  known */
        RefreshFailure failure;
        Snapshot *snapshot;    /* if r is 0, without generation */
        PlaceList places;      /* empty: they are the same as before */
        bool is_cache_current; /* the cache was read, and says all that there is to be saved */
        int cache_fault;       /* what module_cache_load() returns, if the cache is of no use */
        bool is_same;          /* it says nothing that `known` does not */
        uint32_t n_read;       /* module files */
} RefreshJob;

void refresh_job_run(Job *job);
void refresh_job_free(RefreshJob *job);
