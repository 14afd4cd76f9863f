/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "kernel-build.h"
#include "kernel-parts.h"
#include "log.h"
#include "problem-sentence.h"
#include "site-strings.h"
#include "usec.h"

#define RETRY_MIN_USEC UINT64_C(1000000)
#define RETRY_MAX_USEC UINT64_C(60000000)

int kernel_new(Kernel **ret_kernel, Site *site, const char *release) {
        _cleanup_(kernel_freep) Kernel *kernel = calloc(1, sizeof(*kernel));

        if (!kernel)
                return -ENOMEM;

        kernel->site = site;
        kernel->cache.saved = SAVED_MODULES_NULL;
        kernel->stale_outputs = OUTPUT_ALL;
        kernel->release = strdup(release);
        if (!kernel->release ||
            asprintf(&kernel->directory, "%s/%s", site->settings->modules_path, release) < 0) {
                kernel->directory = NULL;
                return -ENOMEM;
        }

        kernel_mark(kernel);
        *ret_kernel = TAKE_PTR(kernel);
        return 0;
}

Kernel *kernel_free(Kernel *kernel) {
        if (!kernel)
                return NULL;

        kernel_release_places(kernel);
        saved_modules_done(&kernel->cache.saved);
        kernel_devices_done(&kernel->devices);
        kernel_history_done(&kernel->history);
        site_strings_count(kernel->site, kernel->snapshot, NULL);
        snapshot_unref(kernel->snapshot);
        snapshot_unref(kernel->announced);
        kernel_build_unref(kernel->build);
        problem_list_done(&kernel->publish_problems);
        problem_list_done(&kernel->refresh_problems);
        changed_files_done(&kernel->changed_files);
        free(kernel->release);
        free(kernel->directory);
        free(kernel);
        return NULL;
}

/* What has failed may go well now. */
static void mark(Kernel *kernel) {
        kernel->is_lost = false;
        kernel->retry_usec = 0;
        kernel->changed_seq = ++kernel->site->seq;
        kernel->last_change_usec = usec_realtime();
        settle_change(&kernel->settle, usec_monotonic());
        kernel->site->request_turn(kernel->site->userdata);
}

void kernel_mark(Kernel *kernel) {
        changed_files_add_everything(&kernel->changed_files);
        mark(kernel);
}

void kernel_mark_outputs(Kernel *kernel) {
        kernel->outputs_changed_seq = ++kernel->site->seq;
        settle_change(&kernel->settle, usec_monotonic());
        kernel->site->request_turn(kernel->site->userdata);
}

void kernel_check_outputs(Kernel *kernel) {
        Published now;

        published_look(&now, kernel->directory);
        if (memcmp(now.keys, kernel->published.keys, sizeof(now.keys)) != 0)
                kernel_mark_outputs(kernel);
}

void kernel_take_change(Kernel *kernel, const WatchChange *change) {
        ChangeMeaning meaning = change_meaning(change, &kernel->places, kernel->directory);

        if (meaning != CHANGE_MODEL && kernel->is_looking) {
                ChangeMeaning next =
                        change_meaning(change, &kernel->next_places, kernel->directory);

                meaning = next == CHANGE_NOTHING ? meaning : next;
        }

        if (meaning == CHANGE_MODEL && change->hint == WATCH_LOST)
                kernel->has_lost_place = true;

        switch (meaning) {
        case CHANGE_NOTHING:
                break;
        case CHANGE_MODEL:
                kernel_mark(kernel);
                break;
        case CHANGE_MODULE_FILE:
                changed_files_add(&kernel->changed_files, kernel->directory, change->directory,
                                  change->name);
                mark(kernel);
                break;
        case CHANGE_OUTPUT:
                kernel_mark_outputs(kernel);
                break;
        case CHANGE_OUTPUT_MOVED:
                if (kernel->publishing)
                        kernel->n_outputs_moved++;
                else
                        kernel_check_outputs(kernel);
                break;
        }
}

void kernel_request_refresh(Kernel *kernel, bool reparse, bool rewrite) {
        kernel->reparse_next |= reparse;
        kernel->rewrite_next |= rewrite;
        if (kernel->is_withdrawn)
                kernel->published_generation = 0; /* whoever asks wants the files back */
        kernel->is_withdrawn = false;
        kernel_mark(kernel);
        kernel_mark_outputs(kernel);
}

void kernel_back_off(Kernel *kernel) {
        uint64_t delay = kernel->retry_delay_usec * 2;

        if (delay < RETRY_MIN_USEC)
                delay = RETRY_MIN_USEC;
        kernel->retry_delay_usec = delay < RETRY_MAX_USEC ? delay : RETRY_MAX_USEC;
        kernel->retry_usec = usec_monotonic() + kernel->retry_delay_usec;
        settle_change(&kernel->settle, usec_monotonic()); /* what was to be published still is */
}

static bool is_stale(const Kernel *kernel) {
        return kernel->changed_seq > kernel->model_seq;
}

static bool is_unpublished(const Kernel *kernel) {
        return kernel->model_seq > kernel->published_seq ||
               kernel->outputs_changed_seq > kernel->outputs_seq;
}

static bool is_inhibited(const Kernel *kernel, const KernelDemand *demand) {
        return kernel->site->n_inhibitors > 0 && !demand->ignore_inhibitors;
}

/* When this is to be published without anybody asking for it. */
static uint64_t background_usec(const Kernel *kernel) {
        uint64_t due;

        if (!kernel->site->is_background || kernel->site->n_inhibitors > 0)
                return UINT64_MAX;

        due = kernel->is_starting
                      ? 0
                      : settle_due_usec(&kernel->settle, &kernel->site->settings->settle);
        return due < kernel->retry_usec ? kernel->retry_usec : due;
}

static void lower(uint64_t *due_usec, uint64_t usec) {
        if (usec < *due_usec)
                *due_usec = usec;
}

/*
 * A refresh that was begun in order to publish is published even if something has changed again
 * meanwhile: otherwise a stream of changes would put it off for ever.
 */
void kernel_step(Kernel *kernel, const KernelDemand *demand, uint64_t now_usec,
                 uint64_t *due_usec) {
        bool is_due = background_usec(kernel) <= now_usec;
        bool is_wanted = (demand->publish || is_due) && !is_inhibited(kernel, demand);

        kernel_step_cache(kernel, now_usec, due_usec);
        if (kernel->refreshing || kernel->publishing || kernel->is_gone || kernel->is_lost)
                return;
        if (kernel->is_looking) {
                bool is_done = kernel_look(kernel);

                /* To go on, or to tell those who have waited for it. */
                kernel->site->request_turn(kernel->site->userdata);
                if (!is_done)
                        return;
        }

        if (kernel->publish_next && !is_stale(kernel) && !is_unpublished(kernel))
                kernel->publish_next = false;
        if (is_wanted && is_unpublished(kernel) && kernel->model_seq > 0 &&
            (kernel->publish_next || !is_stale(kernel)))
                kernel_start_publish(kernel);
        else if (is_stale(kernel) && (demand->model || is_wanted)) {
                kernel->publish_next = is_wanted;
                kernel_start_refresh(kernel);
        } else if (is_stale(kernel) || is_unpublished(kernel))
                lower(due_usec, background_usec(kernel));
        else {
                settle_clear(&kernel->settle);
                kernel->is_starting = false;
        }
}

bool kernel_is_fresh(const Kernel *kernel, uint64_t seq) {
        return kernel->changed_seq <= kernel->model_seq || kernel->model_seq >= seq;
}

bool kernel_is_published(const Kernel *kernel, uint64_t seq) {
        return (kernel->changed_seq <= kernel->published_seq || kernel->published_seq >= seq) &&
               (kernel->outputs_changed_seq <= kernel->outputs_seq || kernel->outputs_seq >= seq);
}

static bool is_at_work(const Kernel *kernel) {
        if (kernel->refreshing && kernel->refreshing->job.is_stuck)
                return false;
        return kernel->refreshing || kernel->publishing || kernel->is_looking;
}

bool kernel_is_idle(const Kernel *kernel) {
        if (is_at_work(kernel))
                return false;
        if (kernel->is_gone || kernel->refresh_error < 0 || kernel->publish_error < 0 ||
            !kernel->site->is_background)
                return true;

        return !is_stale(kernel) && !is_unpublished(kernel);
}

const char *kernel_state(const Kernel *kernel) {
        if (is_at_work(kernel))
                return "busy";
        if (!kernel_is_writable(kernel))
                return "read-only";
        if (kernel->refresh_error < 0 || kernel->publish_error < 0)
                return "failed";
        if (kernel->is_withdrawn)
                return "withdrawn";
        if (is_stale(kernel) || is_unpublished(kernel))
                return kernel->site->n_inhibitors > 0 ? "inhibited" : "dirty";

        return "settled";
}

bool kernel_is_writable(const Kernel *kernel) {
        return kernel->publish_error != -EROFS && kernel->publish_error != -EACCES &&
               kernel->publish_error != -EPERM;
}

uint32_t kernel_n_modules(const Kernel *kernel) {
        return kernel->snapshot ? (uint32_t) kernel->snapshot->model.tree.count : 0;
}

/* Notes are listed, but nobody need look at them. */
static uint32_t count_problems(const ProblemList *problems) {
        uint32_t n = 0;

        for (size_t i = 0; i < problems->count; i++) {
                const Problem *problem = &problems->items[i];

                n += problem_severity(problem->kind) >= PROBLEM_WARNING &&
                     problem_has_sentence(problem) && !problem_is_note(problem) &&
                     (i == 0 || !problem_is_repetition(problem - 1, problem));
        }

        return n;
}

uint32_t kernel_n_problems(const Kernel *kernel) {
        return count_problems(&kernel->refresh_problems) +
               count_problems(&kernel->publish_problems) +
               (kernel->snapshot ? count_problems(&kernel->snapshot->problems) : 0);
}

void kernel_forget_news(Kernel *kernel) {
        snapshot_unref(kernel->announced);
        kernel->announced = snapshot_ref(kernel->snapshot);
        kernel->announced_files = 0;
        kernel->has_published = false;
}
