/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache-job.h"

#include <stdlib.h>

#include "module-cache.h"

void cache_job_run(Job *userdata) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;
        CacheJob *job = (CacheJob *) userdata;

        job->r = 0;
        if (!module_cache_open(&cache, job->root, job->release))
                return;

        job->r = module_cache_save(&cache, &job->snapshot->model.tree, job->sync);
}

void cache_job_free(CacheJob *job) {
        if (!job)
                return;

        snapshot_unref(job->snapshot);
        free(job);
}
