/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

/*
 * Jobs are what takes longer than the event loop may stand still: reading modules, rendering,
 * waiting for the disk. A job is run on a thread of its own and then reported to the loop's thread.
 * Not more than a few run at once; the others wait in the order in which they came, those that can
 * wait behind all others.
 */
typedef struct Jobs Jobs;

typedef struct Job {
        /* On another thread. Touches nothing but what the job's owner has given it. */
        void (*run)(struct Job *job);
        /* On the loop's thread, after run() has returned. May free the job. */
        void (*on_done)(struct Job *job);
        bool can_wait;    /* nobody but who has asked for it needs it */
        struct Job *next; /* of the list that it stands in */
} Job;

int jobs_new(Jobs **ret_jobs, sd_event *event, int64_t priority, unsigned n_at_once);

/* Waits for the jobs that run and drops those that wait; on_done is called for all of them. */
Jobs *jobs_free(Jobs *jobs);

static inline void jobs_freep(Jobs **jobs) {
        jobs_free(*jobs);
}

/* Borrows the job until on_done. Where no thread can be started, runs it here and now. */
void jobs_add(Jobs *jobs, Job *job);
