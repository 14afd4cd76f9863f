/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>

#include "jobs.h"
#include "module-cache.h"
#include "place.h"
#include "published.h"
#include "refresh.h"
#include "snapshot.h"

/* What is saved of a kernel, once somebody has looked. */
typedef struct SavedModules {
        bool is_looked_for;
        ModuleCache cache;
        int fault; /* what module_cache_load() returns, if the cache is of no use */
} SavedModules;

#define SAVED_MODULES_NULL ((SavedModules){ .cache = MODULE_CACHE_NULL })

static inline void saved_modules_done(SavedModules *saved) {
        module_cache_done(&saved->cache);
        *saved = SAVED_MODULES_NULL;
}

/*
 * The job that makes the next snapshot of a kernel from its directory: scan, read what has changed,
 * link. It writes nothing.
 *
 * A survey goes before the first of them: it finds only the places, for whoever wants to watch them
 * before they are scanned, and what is saved.
 */
typedef struct RefreshJob {
        Job job;
        void *userdata;

        /* What it gets. Strings are borrowed; the snapshot is referenced. */
        bool is_survey;
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
        SavedModules saved;   /* what a survey has found, owned; it gives the same */

        /* What it gives. */
        int r; /* 0; -ENOENT, -ENOTDIR: there is no such directory; -ECANCELED; or why nothing is
                  known */
        RefreshFailure failure;
        Snapshot *snapshot;    /* if r is 0, without generation */
        PlaceList places;      /* empty: they are the same as before */
        bool is_cache_current; /* the cache was read, and says all that there is to be saved */
        bool has_published;    /* of a first one: `published` is what was made from the cache */
        Published published;
        unsigned stale;  /* OUTPUT_BITs: may be others than those of `known` or the cache */
        bool is_same;    /* it says nothing that `known` does not */
        uint32_t n_read; /* module files */
} RefreshJob;

void refresh_job_run(Job *job);
void refresh_job_free(RefreshJob *job);
