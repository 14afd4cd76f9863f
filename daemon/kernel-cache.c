/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "log.h"
#include "module-cache.h"
#include "usec.h"

#define SAVE_DELAY_USEC UINT64_C(5000000)

/* After that one can be certain of what has just been published, see stat_key_is_racy(). */
#define FIRST_SAVE_DELAY_USEC UINT64_C(200000)

/* Once for each reason. Whoever runs for one question only says nothing. */
static void report_failure(Kernel *kernel, int r) {
        bool is_news = r != kernel->cache.error && kernel->site->is_background;

        kernel->cache.error = r;
        if (r < 0 && is_news)
                log_about(&(LogSubject){ .kernel = kernel->release }, LOG_NOTICE,
                          "Cannot save what was read of the modules: %s. The next start reads all "
                          "of them.",
                          strerror(-r));
}

/* No reason to say anything: another process saves the same, or there is no place for a cache. */
static bool is_failure(int r) {
        return r < 0 && r != -EBUSY && r != -EOPNOTSUPP && r != -ECANCELED;
}

static void on_done(Job *done) {
        CacheJob *job = (CacheJob *) done;
        Kernel *kernel = job->userdata;

        kernel->cache.job = NULL;
        kernel->cache.is_complete &= !job->is_young;
        if (is_failure(job->r) || job->r == 0)
                report_failure(kernel, job->r);
        cache_job_free(job);

        if (kernel->cache.is_unwanted)
                kernel_remove_cache(kernel);
        else
                kernel_want_cache(kernel);
        kernel->site->request_turn(kernel->site->userdata);
}

/* Is what is published what the snapshot says, without anything to be said of its entries? */
static bool is_published(const Kernel *kernel) {
        return kernel->published_generation == kernel->snapshot->generation &&
               kernel->stale_outputs == 0 && !kernel->is_withdrawn;
}

static bool is_saved(const Kernel *kernel) {
        return !kernel->snapshot->is_kernel ||
               (kernel->snapshot->generation == kernel->cache.generation &&
                (kernel->cache.is_complete || !is_published(kernel)));
}

void kernel_save_cache(Kernel *kernel) {
        const Settings *settings = kernel->site->settings;
        Snapshot *snapshot = kernel->snapshot;
        CacheJob *job;

        if (kernel->cache.job || is_saved(kernel))
                return;
        job = calloc(1, sizeof(*job));
        if (!job)
                return;

        *job = (CacheJob){
                .job = { .run = cache_job_run, .on_done = on_done, .can_wait = true },
                .userdata = kernel,
                .r = -ECANCELED,
                .root = settings->root,
                .release = kernel->release,
                .snapshot = snapshot_ref(snapshot),
                .sync = settings->sync,
                .has_published = is_published(kernel),
                .published = kernel->published,
        };
        kernel->cache.due_usec = 0;
        kernel->cache.is_unwanted = false;
        kernel->cache.generation = snapshot->generation;
        kernel->cache.is_complete = job->has_published;
        kernel->cache.job = job;
        jobs_add(kernel->site->jobs, &job->job);
}

void kernel_want_cache(Kernel *kernel) {
        if (kernel->cache.due_usec != 0 || is_saved(kernel))
                return;

        kernel->cache.due_usec = usec_monotonic();
        kernel->cache.due_usec +=
                kernel->cache.generation != 0 ? SAVE_DELAY_USEC : FIRST_SAVE_DELAY_USEC;
        kernel->site->request_turn(kernel->site->userdata);
}

void kernel_step_cache(Kernel *kernel, uint64_t now_usec, uint64_t *due_usec) {
        if (kernel->cache.due_usec == 0 || kernel->cache.job)
                return;

        if (kernel->cache.due_usec <= now_usec) {
                kernel->cache.due_usec = 0;
                kernel_save_cache(kernel);
        } else if (kernel->cache.due_usec < *due_usec)
                *due_usec = kernel->cache.due_usec;
}

void kernel_flush_cache(Kernel *kernel) {
        const Settings *settings = kernel->site->settings;
        CacheJob job = { .root = settings->root,
                         .release = kernel->release,
                         .snapshot = kernel->snapshot,
                         .sync = settings->sync,
                         .has_published = kernel->snapshot && is_published(kernel),
                         .published = kernel->published };

        if (kernel->cache.due_usec != 0)
                cache_job_run(&job.job);
}

void kernel_remove_cache(Kernel *kernel) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;

        kernel->cache.generation = kernel->cache.due_usec = 0;
        kernel->cache.is_complete = false;
        kernel->cache.is_unwanted = kernel->cache.job;
        if (!kernel->cache.job &&
            module_cache_open(&cache, kernel->site->settings->root, kernel->release))
                (void) module_cache_remove(&cache);
}

static const char *words_of_fault(int fault) {
        if (fault < 0)
                return strerror(-fault);
        return fault == CACHE_IS_FOREIGN ? "it was written by somebody else or for something else"
                                         : "it is damaged";
}

void kernel_take_cache(Kernel *kernel, const RefreshJob *job) {
        if (job->is_cache_current)
                kernel->cache.generation = kernel->snapshot->generation;
        kernel->cache.is_complete = job->has_published;
        if (job->saved.fault == 0 || !kernel->site->is_background)
                return;

        log_about(&(LogSubject){ .kernel = kernel->release }, LOG_NOTICE,
                  "What was saved of the modules is of no use, reading all of them: %s",
                  words_of_fault(job->saved.fault));
        kernel_remove_cache(kernel);
}
