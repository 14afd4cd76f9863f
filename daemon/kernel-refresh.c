/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log-problem.h"
#include "log.h"
#include "shared-lists.h"
#include "site-strings.h"
#include "usec.h"
#include "watch-places.h"

/* Adding a watch takes some 30 us; so many keep the event loop busy for two milliseconds. */
#define LOOK_AT_ONCE 64

#define LOGGED_MAX 50

static void scan_instead(Kernel *kernel, const char *path, const char *reason) {
        if (!kernel->site->is_scanning && !kernel->is_scanning)
                log_about(
                        &(LogSubject){ .kernel = kernel->release }, LOG_WARNING,
                        "Cannot watch %s: %s. Changes are found when somebody asks, and by a look "
                        "every now and then (ScanIntervalSec=).",
                        path, reason);
        kernel->is_scanning = true;
}

/* True if the place was not watched before: what happened in it until now may have been missed. */
static bool look_at(Kernel *kernel, size_t i) {
        const Place *place = &kernel->next_places.items[i];
        int r;

        /* Whoever opens something there may have to wait for a server that has gone. */
        if (place->is_remote) {
                scan_instead(kernel, place->path, "the file system gives no events");
                return false;
        }

        r = watch_places_acquire(kernel->site->watch, &kernel->next_places, i,
                                 kernel->watch_moment);
        if (r < 0 && !watch_has_moved(r)) {
                scan_instead(kernel, place->path,
                             r == -ENOSPC ? "too few inotify watches, raise "
                                            "fs.inotify.max_user_watches"
                                          : strerror(-r));
                return false;
        }

        return r != WATCH_WAS_THERE;
}

void kernel_release_places(Kernel *kernel) {
        watch_places_release(kernel->site->watch, &kernel->places);
        watch_places_release(kernel->site->watch, &kernel->next_places);
}

void kernel_set_model_seq(Kernel *kernel) {
        kernel->model_seq = kernel->job_seq;
        /* Of equal content equal files are made. */
        if (kernel->published_generation == kernel->snapshot->generation)
                kernel->published_seq = kernel->model_seq;
}

/*
 * The model holds all changes until its refresh began. What happened in the new places after they
 * were scanned and before they were watched is not known, so that counts as a change; and it is
 * better looked at before anything is published, unless new places have kept coming for too long.
 */
static void look_again(Kernel *kernel) {
        changed_files_add_everything(&kernel->changed_files);
        kernel->changed_seq = ++kernel->site->seq;
        if (!settle_is_late(&kernel->settle, &kernel->site->settings->settle, usec_monotonic()))
                kernel->publish_next = false;
}

bool kernel_look(Kernel *kernel) {
        PlaceList *next = &kernel->next_places;
        unsigned n_added = 0;

        for (; kernel->n_looked < next->count; kernel->n_looked++) {
                if (n_added == LOOK_AT_ONCE)
                        return false;
                if (look_at(kernel, kernel->n_looked)) {
                        kernel->has_new_places = true;
                        n_added++;
                }
        }

        watch_places_release(kernel->site->watch, &kernel->places);
        kernel->places = *next;
        *next = (PlaceList){};
        kernel->is_looking = false;
        /* After the survey there is no model yet that could have missed something. */
        if (kernel->snapshot) {
                kernel_set_model_seq(kernel);
                if (kernel->has_new_places)
                        look_again(kernel);
        }
        return true;
}

static void log_problems(const Kernel *kernel, const ProblemList *old) {
        const ProblemList *problems = &kernel->snapshot->problems;
        unsigned n_logged = 0;
        size_t at = 0;

        for (size_t i = 0; i < problems->count && n_logged < LOGGED_MAX; i++) {
                const Problem *problem = &problems->items[i];

                if (problem_severity(problem->kind) < PROBLEM_WARNING ||
                    (old && problem_list_has(old, problem, &at)))
                        continue;
                log_problem(kernel->release, problem);
                if (++n_logged == LOGGED_MAX)
                        log_about(&(LogSubject){ .kernel = kernel->release }, LOG_WARNING,
                                  "There may be more problems, see depmodctl problems");
        }
}

/*
 * Equal snapshots have one generation. Beginning with the time makes it grow over restarts of the
 * daemon, too.
 */
static void set_generation(const Kernel *kernel, const RefreshJob *job) {
        const Snapshot *old = kernel->snapshot;
        uint64_t now = usec_realtime();

        if (job->is_same)
                job->snapshot->generation = old->generation;
        else
                job->snapshot->generation =
                        old && old->generation >= now ? old->generation + 1 : now;
}

/* At a start what was published before may still be right. */
static void take_stale(Kernel *kernel, const RefreshJob *job) {
        if (job->has_published) {
                kernel->published = job->published;
                kernel->stale_outputs = 0;
        }
        kernel->stale_outputs |= job->stale;
}

/*
 * Before anybody else gets to see the snapshot. Without memory for that, what is there twice stays
 * there twice.
 */
static void share_lists(const Kernel *kernel, const RefreshJob *job) {
        const Site *site = kernel->site;
        const Kernel *neighbours[2] = {};
        Tree *tree = &job->snapshot->model.tree;
        bool is_new = !job->known || job->known->model.tree.strings != tree->strings;

        if (!site->watch || (!is_new && job->n_read == 0))
                return;

        if (site->find_neighbours)
                site->find_neighbours(kernel, neighbours, site->userdata);
        for (size_t i = 0; i < ELEMENTSOF(neighbours); i++) {
                const Snapshot *other = neighbours[i] ? neighbours[i]->snapshot : NULL;

                if (other && other->model.tree.strings == tree->strings)
                        (void) tree_share_lists(tree, &other->model.tree, is_new);
        }
        if (is_new)
                (void) tree_settle_lists(tree);
}

static void adopt(Kernel *kernel, RefreshJob *job) {
        Snapshot *old = kernel->snapshot;

        share_lists(kernel, job);
        kernel->site->statistics.refreshes++;
        kernel->site->statistics.refreshed_modules += job->n_read;
        kernel->refresh_error = 0;
        problem_list_done(&kernel->refresh_problems);
        kernel->retry_delay_usec = 0;

        set_generation(kernel, job);
        take_stale(kernel, job);
        site_strings_count(kernel->site, old, job->snapshot);
        kernel->snapshot = TAKE_PTR(job->snapshot);
        kernel_take_cache(kernel, job);
        log_problems(kernel, old ? &old->problems : NULL);
        if (old && !job->is_same)
                kernel_note_changes(kernel, &kernel->snapshot->difference);
        snapshot_unref(old);

        /* Others do it when they have published, and who asked for that need not wait for it. */
        if (!kernel->site->is_background)
                kernel_save_cache(kernel);
}

/* The last scan's places are not all watched yet. */
static void start_looking(Kernel *kernel, RefreshJob *job) {
        kernel->has_lost_place = false;
        kernel->is_scanning = false;
        watch_places_release(kernel->site->watch, &kernel->next_places);
        kernel->next_places = job->places;
        job->places = (PlaceList){};
        kernel->n_looked = 0;
        kernel->has_new_places = false;
        kernel->is_looking = true;
}

/* Nearly always there is nothing to do; without a walk it has found no places. */
static bool must_look(const Kernel *kernel, const RefreshJob *job) {
        return job->places.count > 0 && (kernel->has_lost_place || kernel->is_looking ||
                                         !watch_places_are_equal(&kernel->places, &job->places));
}

/* What is wrong the refresh that follows will find, too. */
static void take_survey(Kernel *kernel, RefreshJob *job) {
        kernel->is_surveyed = true;
        kernel->cache.saved = job->saved;
        job->saved = SAVED_MODULES_NULL;
        if (job->r >= 0)
                start_looking(kernel, job);
}

static void note_failure(Kernel *kernel, const char *path, int r) {
        problem_list_done(&kernel->refresh_problems);
        (void) problem_list_add(
                &kernel->refresh_problems,
                &(Problem){ .kind = PROBLEM_REFRESH_FAILED, .path = path, .error = -r });
        kernel->refresh_error = r;
}

static void fail(Kernel *kernel, const RefreshJob *job) {
        const char *subject = job->failure.subject;

        if (job->r == -ECANCELED)
                return;
        if (job->r == -ENOENT || job->r == -ENOTDIR) {
                kernel->is_lost = true;
                return;
        }

        if (kernel->refresh_error != job->r)
                log_about(&(LogSubject){ .kernel = kernel->release,
                                         .message_id = LOG_ID_FAILED,
                                         .file = subject },
                          LOG_ERR, "Cannot read %s%s%s: %s. The index stays as it is.",
                          kernel->directory, subject ? "/" : "", subject ? subject : "",
                          strerror(-job->r));
        note_failure(kernel, subject ? subject : kernel->directory, job->r);
        kernel->refresh_failed_seq = kernel->job_seq;
        kernel_back_off(kernel);
}

/* Nothing is new until it has got over it, and nobody waits for that. */
static void on_stuck(Job *stuck) {
        const RefreshJob *job = (RefreshJob *) stuck;
        Kernel *kernel = job->userdata;

        log_about(&(LogSubject){ .kernel = kernel->release, .message_id = LOG_ID_FAILED }, LOG_ERR,
                  "Reading %s hangs. The index stays as it is.", kernel->directory);
        note_failure(kernel, kernel->directory, -ETIME);
        kernel->refresh_failed_seq = UINT64_MAX;
        kernel->site->request_turn(kernel->site->userdata);
}

static void on_done(Job *done) {
        RefreshJob *job = (RefreshJob *) done;
        Kernel *kernel = job->userdata;

        kernel->refreshing = NULL;
        if (job->is_survey)
                take_survey(kernel, job);
        else if (job->r < 0) {
                changed_files_add_everything(&kernel->changed_files);
                kernel->reparse_next |= job->reparse;
                kernel->publish_next = false; /* there is no new model to be published */
                fail(kernel, job);
        } else {
                adopt(kernel, job);
                if (kernel->site->watch && must_look(kernel, job))
                        start_looking(kernel, job);
                else
                        kernel_set_model_seq(kernel);
        }

        refresh_job_free(job);
        kernel->site->request_turn(kernel->site->userdata);
}

/* NULL: anything. Where something is not watched, anything may have changed unseen. */
static char **take_changed(Kernel *kernel) {
        if (!kernel->snapshot || !kernel->site->watch || kernel->is_scanning ||
            kernel->has_lost_place || kernel->is_looking || kernel->reparse_next)
                changed_files_add_everything(&kernel->changed_files);

        return changed_files_take(&kernel->changed_files);
}

void kernel_start_refresh(Kernel *kernel) {
        const Settings *settings = kernel->site->settings;
        RefreshJob *job = calloc(1, sizeof(*job));

        /* Whoever asks from now on is not answered by what this one finds in unwatched places. */
        kernel->job_seq = kernel->site->seq++;
        if (kernel->site->watch)
                kernel->watch_moment = watch_moment(kernel->site->watch);
        if (!job) {
                kernel->refresh_error = -ENOMEM;
                kernel->refresh_failed_seq = kernel->job_seq;
                kernel_back_off(kernel);
                return;
        }

        *job = (RefreshJob){
                .job = { .run = refresh_job_run, .on_done = on_done, .on_stuck = on_stuck },
                .userdata = kernel,
                .r = -ECANCELED,
                .is_survey = kernel->site->watch && !kernel->is_surveyed,
                .is_cancelled = &kernel->site->is_stopping,
                .directory = kernel->directory,
                .version = kernel->release,
                .root = settings->root[0] != '\0' ? settings->root : NULL,
                .config_paths = (const char *const *) settings->depmod_paths,
                .n_workers = settings->n_workers,
                .strings = kernel->site->strings ? string_table_ref(kernel->site->strings) : NULL,
                .known = snapshot_ref(kernel->snapshot),
                .reparse = kernel->reparse_next,
                .saved = kernel->cache.saved,
        };
        kernel->cache.saved = SAVED_MODULES_NULL;
        if (!job->is_survey) {
                job->changed = take_changed(kernel);
                kernel->reparse_next = false;
        }
        kernel->refreshing = job;
        jobs_add(kernel->site->jobs, &job->job);
}
