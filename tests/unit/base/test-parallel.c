/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

#include "macro.h"
#include "parallel.h"
#include "privileges.h"
#include "test-case.h"

#define TASKS_MAX 1000
#define WORKERS_MAX 8

typedef struct Record {
        atomic_uint runs[TASKS_MAX];
        atomic_bool is_busy[WORKERS_MAX];
        atomic_size_t last[WORKERS_MAX]; /* the worker's last task and one */
        atomic_uint n_clashes;
        atomic_uint n_backwards;
        atomic_uint n_strangers; /* tasks of worker 0 that ran in another thread */
        atomic_uint workers;     /* a bit for each that has run something */
        pthread_t caller;
        unsigned n_workers;
} Record;

static void note(size_t number, unsigned worker, void *userdata) {
        Record *record = userdata;

        assert_true(number < TASKS_MAX);
        assert_true(worker < record->n_workers);
        atomic_fetch_add(&record->runs[number], 1);
        atomic_fetch_or(&record->workers, 1U << worker);
        if (atomic_exchange(&record->is_busy[worker], true))
                atomic_fetch_add(&record->n_clashes, 1);
        if (number + 1 <= atomic_exchange(&record->last[worker], number + 1))
                atomic_fetch_add(&record->n_backwards, 1);
        if ((worker == 0) != (pthread_equal(pthread_self(), record->caller) != 0))
                atomic_fetch_add(&record->n_strangers, 1);
        atomic_store(&record->is_busy[worker], false);
}

static void run(Record *record, unsigned n_workers, size_t n_tasks) {
        *record = (Record){ .caller = pthread_self(), .n_workers = n_workers };
        parallel_run(n_workers, n_tasks, note, record);
}

static void every_task_runs_once(void **state) {
        static const struct {
                unsigned n_workers;
                size_t n_tasks;
        } cases[] = { { 1, 0 }, { 1, 1 }, { 1, 1000 }, { 4, 0 }, { 4, 1 }, { 4, 3 }, { 8, 1000 } };
        static Record record;

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                run(&record, cases[i].n_workers, cases[i].n_tasks);
                for (size_t k = 0; k < TASKS_MAX; k++)
                        assert_int_equal(atomic_load(&record.runs[k]), k < cases[i].n_tasks);
        }
}

static void worker_runs_one_task_at_a_time_in_ascending_order(void **state) {
        static Record record;

        (void) state;
        run(&record, WORKERS_MAX, TASKS_MAX);
        assert_int_equal(atomic_load(&record.n_clashes), 0);
        assert_int_equal(atomic_load(&record.n_backwards), 0);
}

static void caller_is_worker_0(void **state) {
        static Record record;

        (void) state;
        run(&record, 1, TASKS_MAX);
        assert_int_equal(atomic_load(&record.n_strangers), 0);
        assert_int_equal(atomic_load(&record.workers), 1);
        run(&record, WORKERS_MAX, TASKS_MAX);
        assert_int_equal(atomic_load(&record.n_strangers), 0);
}

typedef struct Meeting {
        pthread_barrier_t barrier;
        atomic_uint workers;
} Meeting;

/* Each task waits for the other: with less than two threads this would never end. */
static void meet(size_t number, unsigned worker, void *userdata) {
        Meeting *meeting = userdata;

        (void) number;
        atomic_fetch_or(&meeting->workers, 1U << worker);
        (void) pthread_barrier_wait(&meeting->barrier);
}

static void tasks_run_beside_each_other_under_different_workers(void **state) {
        (void) state;
        (void) alarm(60);
        for (unsigned n_workers = 2; n_workers <= WORKERS_MAX; n_workers++) {
                Meeting meeting = {};

                assert_int_equal(pthread_barrier_init(&meeting.barrier, NULL, 2), 0);
                parallel_run(n_workers, 2, meet, &meeting);
                assert_int_equal(pthread_barrier_destroy(&meeting.barrier), 0);
                assert_int_equal(atomic_load(&meeting.workers), 3);
        }
        (void) alarm(0);
}

static void no_more_workers_than_tasks_are_used(void **state) {
        static Record record;

        (void) state;
        run(&record, WORKERS_MAX, 2);
        assert_int_equal(atomic_load(&record.workers) & ~3U, 0);
}

static void without_threads_the_caller_does_it_all(void **state) {
        struct rlimit limit, none;
        static Record record;

        (void) state;
        assert_int_equal(getrlimit(RLIMIT_NPROC, &limit), 0);
        none = (struct rlimit){ .rlim_cur = 0, .rlim_max = limit.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_NPROC, &none), 0);
        privileges_drop();
        run(&record, WORKERS_MAX, TASKS_MAX);
        privileges_restore();
        assert_int_equal(setrlimit(RLIMIT_NPROC, &limit), 0);

        for (size_t i = 0; i < TASKS_MAX; i++)
                assert_int_equal(atomic_load(&record.runs[i]), 1);
        assert_int_equal(atomic_load(&record.workers), 1);
}

static void processors_are_those_that_we_may_run_on(void **state) {
        cpu_set_t all, one;
        unsigned before = parallel_processors(), alone;

        (void) state;
        assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
        assert_int_equal(before, CPU_COUNT(&all));

        CPU_ZERO(&one);
        CPU_SET((size_t) sched_getcpu(), &one);
        assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
        alone = parallel_processors();
        assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
        assert_int_equal(alone, 1);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_task_runs_once),
                cmocka_unit_test(worker_runs_one_task_at_a_time_in_ascending_order),
                cmocka_unit_test(caller_is_worker_0),
                cmocka_unit_test(tasks_run_beside_each_other_under_different_workers),
                cmocka_unit_test(no_more_workers_than_tasks_are_used),
                cmocka_unit_test(without_threads_the_caller_does_it_all),
                cmocka_unit_test(processors_are_those_that_we_may_run_on),
        };

        return cmocka_run_group_tests_name("parallel", tests, NULL, NULL);
}
