/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache-job.h"

#include <fcntl.h>
#include <stdlib.h>

#include "fd.h"
#include "module-cache.h"
#include "stale-outputs.h"

/* What was written just now has become certain meanwhile, if it is still there. */
static void make_index(CacheJob *job, CachedIndex *ret_index) {
        const Model *model = &job->snapshot->model;
        _cleanup_close_ int fd = -1;

        *ret_index = (CachedIndex){};
        if (!job->has_published)
                return;

        fd = open(model->tree.directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        job->is_young = published_confirm(&job->published, fd) != 0;
        published_to_cache(&job->published, stale_outputs_source(model, INDEX_PREORDER), ret_index);
}

void cache_job_run(Job *userdata) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;
        CacheJob *job = (CacheJob *) userdata;
        CachedIndex index;

        job->r = 0;
        if (!module_cache_open(&cache, job->root, job->release))
                return;

        make_index(job, &index);
        job->r = module_cache_save(&cache, &job->snapshot->model.tree, &index, job->sync);
}

void cache_job_free(CacheJob *job) {
        if (!job)
                return;

        snapshot_unref(job->snapshot);
        free(job);
}
