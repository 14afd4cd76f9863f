/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "history-job.h"

#include <errno.h>
#include <stdlib.h>

static void run(Job *userdata) {
        HistoryJob *job = (HistoryJob *) userdata;
        const HistoryNews news = { .generation = job->generation,
                                   .time_usec = job->time_usec,
                                   .changes = &job->changes,
                                   .files = job->files };

        /* What is damaged counts for nothing, and is replaced. */
        job->loaded = history_load(&job->history, job->root, job->release);
        if (!job->has_news || job->loaded < 0)
                job->r = 0;
        else
                job->r = history_save(&job->history, &news, job->root, job->release);
}

HistoryJob *history_job_new(const char *root, const char *release) {
        HistoryJob *job = calloc(1, sizeof(*job));

        if (!job)
                return NULL;

        job->job.run = run;
        job->job.can_wait = true;
        job->loaded = -ECANCELED;
        job->root = root;
        job->release = release;
        return job;
}

void history_job_free(HistoryJob *job) {
        if (!job)
                return;

        history_done(&job->history);
        change_list_done(&job->changes);
        free(job);
}
