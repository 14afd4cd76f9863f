/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "macro.h"

typedef struct Crew {
        atomic_size_t next;
        size_t n_tasks;
        void (*task)(size_t number, unsigned worker, void *userdata);
        void *userdata;
} Crew;

typedef struct Worker {
        pthread_t thread;
        unsigned number;
        Crew *crew;
} Worker;

static void *work(void *userdata) {
        Worker *worker = userdata;
        Crew *crew = worker->crew;

        for (;;) {
                size_t number = atomic_fetch_add(&crew->next, 1);

                if (number >= crew->n_tasks)
                        return NULL;
                crew->task(number, worker->number, crew->userdata);
        }
}

void parallel_run(unsigned n_workers, size_t n_tasks,
                  void (*task)(size_t number, unsigned worker, void *userdata), void *userdata) {
        Crew crew = { .n_tasks = n_tasks, .task = task, .userdata = userdata };
        Worker self = { .number = 0, .crew = &crew };
        _cleanup_free_ Worker *others = NULL;
        unsigned n_others = 0;

        if (n_workers > n_tasks)
                n_workers = (unsigned) n_tasks;
        if (n_workers > 1)
                others = calloc(n_workers - 1, sizeof(*others));

        while (others && n_others < n_workers - 1) {
                others[n_others] = (Worker){ .number = n_others + 1, .crew = &crew };
                if (pthread_create(&others[n_others].thread, NULL, work, &others[n_others]) != 0)
                        break;
                n_others++;
        }

        work(&self);

        for (unsigned i = 0; i < n_others; i++)
                pthread_join(others[i].thread, NULL);
}

unsigned parallel_processors(void) {
        cpu_set_t set;

        if (sched_getaffinity(0, sizeof(set), &set) < 0 || CPU_COUNT(&set) < 1)
                return 1;

        return (unsigned) CPU_COUNT(&set);
}
