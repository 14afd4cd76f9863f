/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "log-problem.h"
#include "log.h"
#include "usec.h"

/* Foreign writers that write something wrong again and again are not fought with. */
#define REPAIRS_MAX 5
#define REPAIRS_PERIOD_USEC UINT64_C(60000000)

/* Is it only the files on disk that have to be looked at? */
static bool is_repair(const Kernel *kernel) {
        return kernel->published_generation != 0 &&
               kernel->published_generation == kernel->snapshot->generation &&
               !kernel->rewrite_next;
}

static void report_repair(Kernel *kernel, const PublishJob *job, OutputKind kind) {
        _cleanup_buffer_ Buffer text = {};
        Problem problem = { .kind = job->flaws[kind] == FLAW_MISSING ? PROBLEM_INDEX_MISSING
                                                                     : PROBLEM_INDEX_FOREIGN,
                            .path = output_name(kind) };

        file_flaw_append(job->flaws[kind], &job->touched[kind], &text);
        if (buffer_error(&text) < 0)
                return;

        problem.detail = text.data;
        (void) problem_list_add(&kernel->publish_problems, &problem);
        log_about(&(LogSubject){ .kernel = kernel->release,
                                 .generation = job->snapshot->generation,
                                 .file = problem.path,
                                 .problem = problem_code(problem.kind),
                                 .message_id = LOG_ID_REPAIRED },
                  LOG_NOTICE, "%s was %s, repaired it", problem.path, problem.detail);
}

/*
 * Of a repair all that was wrong is told, as of what would have been right as it was. Where modules
 * have changed too, or may have while nobody looked, it is what no index of other modules looks
 * like.
 */
static bool is_told(const PublishJob *job, OutputKind kind, bool is_repair) {
        return (job->written & OUTPUT_BIT(kind)) && job->flaws[kind] != FLAW_NONE &&
               (is_repair || (job->unchanged & OUTPUT_BIT(kind)) ||
                (file_flaw_is_damage(job->flaws[kind]) && !job->unmoved[kind]));
}

static void report_repairs(Kernel *kernel, const PublishJob *job, bool is_repair) {
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if (is_told(job, i, is_repair))
                        report_repair(kernel, job, i);
        }
}

static void count(Kernel *kernel, const PublishJob *job) {
        Statistics *statistics = &kernel->site->statistics;

        for (unsigned bits = job->written; bits != 0; bits &= bits - 1)
                statistics->published_files++;
        if (job->written != 0)
                statistics->publications++;
        if (job->is_repair && job->written != 0)
                statistics->repairs++;
        else if (job->is_repair && !job->is_withdrawn)
                statistics->adoptions++;
}

/* The repairs of the present minute; after too many the next one waits for the next minute. */
static void slow_down(Kernel *kernel) {
        uint64_t now = usec_monotonic();

        if (now - kernel->repair_usec > REPAIRS_PERIOD_USEC) {
                kernel->repair_usec = now;
                kernel->n_repairs = 0;
        }
        if (++kernel->n_repairs >= REPAIRS_MAX)
                kernel->retry_usec = kernel->repair_usec + REPAIRS_PERIOD_USEC;
}

static void succeed(Kernel *kernel, PublishJob *job) {
        bool is_repair = job->is_repair && !kernel->is_starting;
        bool has_problems = job->problems.count > 0;

        problem_list_done(&kernel->publish_problems);
        (void) problem_list_move(&kernel->publish_problems, &job->problems);
        count(kernel, job);
        report_repairs(kernel, job, is_repair);
        if (is_repair && job->written != 0)
                slow_down(kernel);
        else if (job->written != 0)
                log_about(&(LogSubject){ .kernel = kernel->release,
                                         .generation = job->snapshot->generation,
                                         .message_id = LOG_ID_PUBLISHED },
                          LOG_INFO, "Published %d files for %zu modules",
                          __builtin_popcount(job->written), job->snapshot->model.tree.count);
        if (job->is_withdrawn)
                log_about(
                        &(LogSubject){ .kernel = kernel->release }, LOG_INFO,
                        "All index files were removed; they are not written again before a module "
                        "changes");

        kernel->publish_error = 0;
        kernel->retry_delay_usec = 0;
        kernel->is_withdrawn = job->is_withdrawn;
        if (memcmp(&kernel->published, &job->published, sizeof(Published)) != 0)
                kernel->cache.is_complete = false;
        kernel->published = job->published;
        /* What was wrong with an entry is only found by rendering it. */
        kernel->stale_outputs = has_problems ? OUTPUT_ALL : 0;
        kernel->published_generation = job->snapshot->generation;
        kernel->published_seq = kernel->publish_seq;
        kernel->outputs_seq = kernel->job_seq;
        kernel->announced_files |= job->written;
        kernel->has_published = true;
        if (job->written != 0)
                kernel->last_publish_usec = usec_realtime();
        kernel_want_cache(kernel);
        kernel_look_at_devices(kernel, job->snapshot);
        kernel_note_publication(kernel, job->written);
}

static void fail(Kernel *kernel, const PublishJob *job) {
        Problem problem = {
                .kind = job->r == -EROFS || job->r == -EACCES || job->r == -EPERM
                                ? PROBLEM_NOT_WRITABLE
                                : PROBLEM_PUBLISH_FAILED,
                .path = kernel->directory,
                .error = -job->r,
        };

        if (job->r == -ECANCELED)
                return;
        if (job->r == -ENOENT || job->r == -ENOTDIR) {
                kernel->is_lost = true;
                return;
        }

        problem_list_done(&kernel->publish_problems);
        (void) problem_list_add(&kernel->publish_problems, &problem);
        if (kernel->publish_error != job->r)
                log_problem(kernel->release, &problem);
        kernel->publish_error = job->r;
        kernel->publish_failed_seq = kernel->job_seq;
        kernel_back_off(kernel);
        /* A file system that is read-only does not become writable by waiting. */
        if (!kernel_is_writable(kernel))
                kernel->retry_usec = UINT64_MAX;
}

static void on_done(Job *done) {
        PublishJob *job = (PublishJob *) done;
        Kernel *kernel = job->userdata;
        unsigned n_moved = kernel->n_outputs_moved;
        unsigned n_written = (unsigned) __builtin_popcount(job->written);

        kernel->publishing = NULL;
        kernel->publish_next = false;
        kernel->n_outputs_moved = 0;
        if (job->r < 0) {
                kernel->rewrite_next |= job->rewrite;
                fail(kernel, job);
        } else
                succeed(kernel, job);
        publish_job_free(job);

        /* What somebody else moved over ours looked like ours when we looked at it. */
        if (n_moved > n_written)
                kernel_mark_outputs(kernel);
        else if (n_moved > 0)
                kernel_check_outputs(kernel);
        kernel->site->request_turn(kernel->site->userdata);
}

/*
 * A directory without modules is no kernel: nothing of ours may keep it alive that a package
 * manager wants to remove.
 */
static void retire(Kernel *kernel) {
        bool is_running = strcmp(kernel->release, kernel->site->running_release) == 0;
        unsigned n = 0;

        if (!is_running)
                n = published_withdraw(&kernel->published, kernel->directory);
        if (n > 0)
                log_about(&(LogSubject){ .kernel = kernel->release }, LOG_INFO,
                          "No modules are left; removed %u index files", n);

        problem_list_done(&kernel->publish_problems);
        kernel_remove_cache(kernel);
        kernel_remove_history(kernel);
        kernel->publish_error = 0;
        kernel->is_withdrawn = false;
        published_look(&kernel->published, kernel->directory);
        kernel->stale_outputs = OUTPUT_ALL;
        kernel->published_generation = kernel->snapshot->generation;
        kernel->published_seq = kernel->publish_seq;
        kernel->outputs_seq = kernel->job_seq;
        kernel->has_published = true;
}

void kernel_start_publish(Kernel *kernel) {
        const Settings *settings = kernel->site->settings;
        PublishJob *job;

        /* Whoever asks from now on is not answered by a comparison that may be over. */
        kernel->job_seq = kernel->site->seq++;
        kernel->publish_seq = kernel->model_seq;
        settle_clear(&kernel->settle);
        if (kernel->changed_seq > kernel->model_seq)
                settle_change(&kernel->settle, usec_monotonic());
        if (!kernel->snapshot->is_kernel) {
                kernel->publish_next = false;
                retire(kernel);
                kernel->site->request_turn(kernel->site->userdata);
                return;
        }

        job = calloc(1, sizeof(*job));
        if (!job) {
                kernel->publish_error = -ENOMEM;
                kernel->publish_failed_seq = kernel->job_seq;
                kernel_back_off(kernel);
                return;
        }

        *job = (PublishJob){
                .job = { .run = publish_job_run, .on_done = on_done },
                .userdata = kernel,
                .r = -ECANCELED,
                .directory = kernel->directory,
                .snapshot = snapshot_ref(kernel->snapshot),
                .known = kernel->published,
                .is_untouched = kernel->published_seq > 0 && kernel->site->watch &&
                                !kernel->is_scanning && !kernel->site->is_scanning &&
                                kernel->outputs_changed_seq <= kernel->outputs_seq,
                .unchanged = OUTPUT_ALL & ~kernel->stale_outputs,
                .n_workers = settings->n_workers,
                .sync = settings->sync,
                .rewrite = kernel->rewrite_next,
                .is_repair = is_repair(kernel),
        };
        kernel->rewrite_next = false;
        kernel->publishing = job;
        jobs_add(kernel->site->jobs, &job->job);
}
