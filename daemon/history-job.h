/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "history-file.h"
#include "jobs.h"

#define HISTORY_FILES_MAX 16

/*
 * The job that reads the history of a kernel, and adds a publication to it if there is one to be
 * added.
 */
typedef struct HistoryJob {
        Job job;
        void *userdata;

        /* What it gets. Borrowed, but for the changes. */
        const char *root;
        const char *release;
        bool has_news;
        uint64_t generation;
        uint64_t time_usec;
        ChangeList changes;
        const char *files[HISTORY_FILES_MAX + 1];

        /* What it gives. */
        int loaded; /* as of history_load() */
        int r;      /* of saving it */
        History history;
} HistoryJob;

/* NULL for want of memory. */
HistoryJob *history_job_new(const char *root, const char *release);
void history_job_free(HistoryJob *job);
