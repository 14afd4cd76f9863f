/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "jobs.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "fd.h"

/* So many times in the time of patience it is looked whether a job gets on. */
#define LOOKS 6

typedef struct JobQueue {
        Job *first;
        Job *last;
} JobQueue;

struct Jobs {
        sd_event_source *source;
        sd_event_source *timer; /* on while something runs that is not stuck */
        int done_fd;            /* an eventfd: something has been done */
        JobsLimits limits;
        Job *running;
        unsigned n_running;
        unsigned n_stuck;   /* of them */
        unsigned n_patient; /* of the others those that could have waited */
        JobQueue waiting;
        JobQueue patient; /* those that wait and can */

        /* Threads put finished jobs here. */
        pthread_mutex_t lock;
        JobQueue done;
        pthread_cond_t is_done;
};

typedef struct Runner {
        Jobs *jobs;
        Job *job;
} Runner;

static void queue_push(JobQueue *queue, Job *job) {
        job->next = NULL;
        if (queue->last)
                queue->last->next = job;
        else
                queue->first = job;
        queue->last = job;
}

static Job *queue_pop(JobQueue *queue) {
        Job *job = queue->first;

        if (job) {
                queue->first = job->next;
                if (!queue->first)
                        queue->last = NULL;
        }

        return job;
}

/* One place is left to those that cannot wait, however long the others take. */
static Job *pop_waiting(Jobs *jobs) {
        Job *job = queue_pop(&jobs->waiting);

        if (job || (jobs->n_patient > 0 && jobs->n_patient + 1 >= jobs->limits.n_at_once))
                return job;
        return queue_pop(&jobs->patient);
}

static void finish(Jobs *jobs, Job *job) {
        const uint64_t one = 1;

        pthread_mutex_lock(&jobs->lock);
        queue_push(&jobs->done, job);
        /* Under the lock: once the loop's thread has the job, it may free all of this. */
        (void) fd_write_all(jobs->done_fd, &one, sizeof(one));
        pthread_cond_signal(&jobs->is_done);
        pthread_mutex_unlock(&jobs->lock);
}

static void *run(void *userdata) {
        Runner runner = *(Runner *) userdata;

        free(userdata);
        runner.job->run(runner.job);
        finish(runner.jobs, runner.job);
        return NULL;
}

/* Signals are for the loop's thread. */
static bool start_thread(Jobs *jobs, Job *job) {
        Runner *runner = malloc(sizeof(*runner));
        sigset_t all, before;
        pthread_t thread;
        int error;

        if (!runner)
                return false;
        *runner = (Runner){ .jobs = jobs, .job = job };

        (void) sigfillset(&all);
        (void) pthread_sigmask(SIG_SETMASK, &all, &before);
        error = pthread_create(&thread, NULL, run, runner);
        (void) pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (error != 0) {
                free(runner);
                return false;
        }

        (void) pthread_detach(thread);
        return true;
}

static void enter(Jobs *jobs, Job *job) {
        job->is_stuck = false;
        job->n_steps_seen = 0;
        job->n_looks = 0;
        job->next_running = jobs->running;
        jobs->running = job;
        jobs->n_running++;
        jobs->n_patient += job->can_wait;
}

static void leave(Jobs *jobs, Job *job) {
        Job **link = &jobs->running;

        while (*link != job)
                link = &(*link)->next_running;
        *link = job->next_running;
        jobs->n_running--;
        jobs->n_stuck -= job->is_stuck;
        jobs->n_patient -= job->can_wait && !job->is_stuck;
}

static void set_timer(Jobs *jobs) {
        int enabled = SD_EVENT_OFF;

        if (jobs->n_running == jobs->n_stuck) {
                (void) sd_event_source_set_enabled(jobs->timer, SD_EVENT_OFF);
                return;
        }
        if (sd_event_source_get_enabled(jobs->timer, &enabled) < 0 || enabled != SD_EVENT_OFF)
                return;
        (void) sd_event_source_set_time_relative(jobs->timer, jobs->limits.patience_usec / LOOKS);
        (void) sd_event_source_set_enabled(jobs->timer, SD_EVENT_ONESHOT);
}

static void start_waiting(Jobs *jobs) {
        while (jobs->n_running - jobs->n_stuck < jobs->limits.n_at_once) {
                Job *job = pop_waiting(jobs);

                if (!job)
                        break;
                enter(jobs, job);
                if (!start_thread(jobs, job)) {
                        job->run(job);
                        finish(jobs, job);
                }
        }

        set_timer(jobs);
}

/* Looks are counted, not time: whoever is stopped for a while is not stuck when it goes on. */
static bool is_stuck(Job *job) {
        unsigned n_steps = atomic_load(&job->n_steps);

        job->n_looks = n_steps == job->n_steps_seen ? job->n_looks + 1 : 0;
        job->n_steps_seen = n_steps;
        return job->n_looks >= LOOKS;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata) {
        Jobs *jobs = userdata;

        (void) source;
        (void) usec;
        for (Job *job = jobs->running; job; job = job->next_running) {
                if (job->is_stuck || !is_stuck(job))
                        continue;
                job->is_stuck = true;
                jobs->n_stuck++;
                jobs->n_patient -= job->can_wait;
                if (job->on_stuck)
                        job->on_stuck(job);
        }

        start_waiting(jobs);
        return 0;
}

static Job *take_done(Jobs *jobs, bool wait) {
        Job *job;

        pthread_mutex_lock(&jobs->lock);
        while (wait && !jobs->done.first)
                pthread_cond_wait(&jobs->is_done, &jobs->lock);
        job = queue_pop(&jobs->done);
        pthread_mutex_unlock(&jobs->lock);
        return job;
}

static int on_done(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        Jobs *jobs = userdata;
        uint64_t count;
        Job *job;

        (void) source;
        (void) revents;
        if (read(fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
                return -errno;

        while ((job = take_done(jobs, false))) {
                leave(jobs, job);
                job->on_done(job);
        }

        start_waiting(jobs);
        return 0;
}

int jobs_new(Jobs **ret_jobs, sd_event *event, int64_t priority, const JobsLimits *limits) {
        _cleanup_(jobs_freep) Jobs *jobs = calloc(1, sizeof(*jobs));
        int r;

        if (!jobs)
                return -ENOMEM;

        jobs->limits = *limits;
        (void) pthread_mutex_init(&jobs->lock, NULL);
        (void) pthread_cond_init(&jobs->is_done, NULL);
        jobs->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (jobs->done_fd < 0)
                return -errno;

        r = sd_event_add_io(event, &jobs->source, jobs->done_fd, EPOLLIN, on_done, jobs);
        if (r >= 0)
                r = sd_event_source_set_priority(jobs->source, priority);
        if (r >= 0)
                r = sd_event_add_time_relative(event, &jobs->timer, CLOCK_MONOTONIC, 0, 0, on_timer,
                                               jobs);
        if (r >= 0)
                r = sd_event_source_set_enabled(jobs->timer, SD_EVENT_OFF);
        if (r < 0)
                return r;

        *ret_jobs = TAKE_PTR(jobs);
        return 0;
}

Jobs *jobs_free(Jobs *jobs) {
        Job *job;

        if (!jobs)
                return NULL;

        jobs->limits.n_at_once = 0; /* on_done may add jobs: they wait, and are dropped */
        for (;;) {
                job = pop_waiting(jobs);
                if (!job && jobs->n_running > 0) {
                        job = take_done(jobs, true);
                        leave(jobs, job);
                }
                if (!job)
                        break;
                job->on_done(job);
        }

        sd_event_source_disable_unref(jobs->source);
        sd_event_source_disable_unref(jobs->timer);
        closep(&jobs->done_fd);
        (void) pthread_mutex_destroy(&jobs->lock);
        (void) pthread_cond_destroy(&jobs->is_done);
        free(jobs);
        return NULL;
}

void jobs_add(Jobs *jobs, Job *job) {
        queue_push(job->can_wait ? &jobs->patient : &jobs->waiting, job);
        start_waiting(jobs);
}
