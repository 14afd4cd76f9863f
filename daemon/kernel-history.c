/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-history.h"

#include <errno.h>
#include <string.h>

#include "kernel.h"
#include "log.h"
#include "usec.h"

/* For want of memory a name is left out. */
static void note(KernelHistory *history, ChangeSign sign, const char **names, size_t count) {
        for (size_t i = 0; i < count; i++) {
                if (change_list_add(&history->changes, sign, names[i]) < 0)
                        history->changes.is_truncated = true;
        }
}

void kernel_note_changes(Kernel *kernel, const Difference *difference) {
        KernelHistory *history = &kernel->history;

        note(history, CHANGE_REMOVED, difference->removed, difference->n_removed);
        note(history, CHANGE_ADDED, difference->added, difference->n_added);
        note(history, CHANGE_CHANGED, difference->changed, difference->n_changed);
        history->changes.is_truncated |= difference->is_truncated;
}

static void start(Kernel *kernel);

/* Without a place for it there is no history, and nothing to say. */
static void report(Kernel *kernel, const HistoryJob *job) {
        int r = job->loaded < 0 ? job->loaded : job->r;
        bool is_news = r != kernel->history.error;

        if (job->loaded == HISTORY_IS_DAMAGED)
                log_about(&(LogSubject){ .kernel = kernel->release }, LOG_NOTICE,
                          "The history of what was published is damaged, beginning a new one");
        kernel->history.error = r;
        if (r < 0 && r != -ENOENT && r != -ECANCELED && is_news)
                log_about(&(LogSubject){ .kernel = kernel->release }, LOG_NOTICE,
                          "Cannot add to the history of what was published: %s", strerror(-r));
}

static void on_done(Job *done) {
        HistoryJob *job = (HistoryJob *) done;
        Kernel *kernel = job->userdata;

        kernel->history.job = NULL;
        report(kernel, job);
        history_job_free(job);
        if (kernel->history.is_unwanted)
                kernel_remove_history(kernel);
        if (kernel->history.is_pending && !kernel->site->is_stopping)
                start(kernel);
        kernel->site->request_turn(kernel->site->userdata);
}

static void start(Kernel *kernel) {
        KernelHistory *history = &kernel->history;
        HistoryJob *job = history_job_new(kernel->site->settings->root, kernel->release);
        size_t n = 0;

        _Static_assert(OUTPUT_KINDS <= HISTORY_FILES_MAX, "there is room for all files");
        if (!job)
                return;

        job->userdata = kernel;
        job->job.on_done = on_done;
        job->has_news = true;
        job->generation = kernel->published_generation;
        job->time_usec = usec_realtime();
        job->changes = history->changes;
        history->changes = (ChangeList){};
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if (history->files & OUTPUT_BIT(i))
                        job->files[n++] = output_name(i);
        }
        history->files = 0;
        history->is_pending = false;
        history->job = job;
        jobs_add(kernel->site->jobs, &job->job);
}

void kernel_note_publication(Kernel *kernel, unsigned files) {
        KernelHistory *history = &kernel->history;

        if (files == 0 && history->changes.count == 0)
                return;

        history->is_unwanted = false;
        history->files |= files;
        history->is_pending = true;
        if (!history->job)
                start(kernel);
}

void kernel_remove_history(Kernel *kernel) {
        KernelHistory *history = &kernel->history;

        change_list_done(&history->changes);
        history->files = 0;
        history->is_pending = false;
        history->is_unwanted = history->job;
        if (!history->job && kernel->site->is_background)
                history_remove(kernel->site->settings->root, kernel->release);
}

void kernel_history_done(KernelHistory *history) {
        change_list_done(&history->changes);
        *history = (KernelHistory){};
}
