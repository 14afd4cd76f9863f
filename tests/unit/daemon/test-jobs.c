/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "loop-case.h"

#define JOBS 8
#define PATIENCE_USEC UINT64_C(60000000)
#define SHORT_PATIENCE_USEC UINT64_C(600000)
#define STEPS 300
#define STEP_USEC 5000
#define STEPS_PATIENCE_USEC UINT64_C(900000)

/* Jobs that note what happens to them. A job runs until the gate is open. */
typedef struct JobsCase {
        sd_event *event;
        Jobs *jobs;
        pthread_t loop_thread;
        atomic_bool is_open;
        atomic_uint n_running;
        atomic_uint n_running_most;
        atomic_uint n_started;
        unsigned n_done;
        unsigned order[2 * JOBS]; /* in which they were done */
} JobsCase;

typedef struct TestJob {
        Job job;
        JobsCase *test;
        unsigned number;
        unsigned start; /* which one to be started it was, from 1 on; 0: it was not */
        bool ran_here;
        unsigned n_done;
        unsigned n_stuck;
        struct TestJob *follower; /* added when this one is done */
} TestJob;

static void raise_most(JobsCase *test, unsigned n) {
        unsigned most = atomic_load(&test->n_running_most);

        while (n > most && !atomic_compare_exchange_weak(&test->n_running_most, &most, n)) {
        }
}

static void run(Job *job) {
        TestJob *this = (TestJob *) job;
        JobsCase *test = this->test;

        this->ran_here = pthread_equal(pthread_self(), test->loop_thread);
        raise_most(test, atomic_fetch_add(&test->n_running, 1) + 1);
        this->start = atomic_fetch_add(&test->n_started, 1) + 1;
        while (!atomic_load(&test->is_open))
                (void) usleep(500);
        atomic_fetch_sub(&test->n_running, 1);
}

static void on_done(Job *job) {
        TestJob *this = (TestJob *) job;
        JobsCase *test = this->test;

        assert_true(pthread_equal(pthread_self(), test->loop_thread));
        test->order[test->n_done++] = this->number;
        this->n_done++;
        if (this->follower && test->jobs)
                jobs_add(test->jobs, &this->follower->job);
}

static void on_stuck(Job *job) {
        TestJob *this = (TestJob *) job;

        assert_true(pthread_equal(pthread_self(), this->test->loop_thread));
        this->n_stuck++;
}

static void begin_with(JobsCase *test, TestJob *items, const JobsLimits *limits) {
        test->event = loop_new();
        test->loop_thread = pthread_self();
        assert_int_equal(jobs_new(&test->jobs, test->event, 0, limits), 0);
        for (unsigned i = 0; i < JOBS; i++)
                items[i] = (TestJob){
                        .job = { .run = run, .on_done = on_done, .on_stuck = on_stuck },
                        .test = test,
                        .number = i,
                };
}

static void begin(JobsCase *test, TestJob *items, unsigned n_at_once) {
        begin_with(test, items,
                   &(JobsLimits){ .n_at_once = n_at_once, .patience_usec = PATIENCE_USEC });
}

static void jobs_case_done(JobsCase *test) {
        test->jobs = jobs_free(test->jobs);
        sd_event_unref(test->event);
}

#define _cleanup_jobs_case_ _cleanup_(jobs_case_done)

static bool are_all_done(void *userdata) {
        return ((JobsCase *) userdata)->n_done >= JOBS;
}

static void wait_for_start(JobsCase *test, unsigned n) {
        for (unsigned i = 0; atomic_load(&test->n_started) < n; i++) {
                assert_true(i < 10000);
                (void) usleep(1000);
        }
}

static void jobs_run_on_another_thread_and_are_done_on_the_loops(void **state) {
        TestJob items[JOBS];
        _cleanup_jobs_case_ JobsCase test = { .is_open = true };

        (void) state;
        begin(&test, items, 3);
        for (unsigned i = 0; i < JOBS; i++)
                jobs_add(test.jobs, &items[i].job);
        assert_int_equal(test.n_done, 0);
        loop_until(test.event, are_all_done, &test);
        for (unsigned i = 0; i < JOBS; i++) {
                assert_int_equal(items[i].n_done, 1);
                assert_true(items[i].start > 0);
                assert_false(items[i].ran_here);
        }
}

static void not_more_than_a_few_run_at_once(void **state) {
        TestJob items[JOBS];
        _cleanup_jobs_case_ JobsCase test = {};

        (void) state;
        begin(&test, items, 3);
        for (unsigned i = 0; i < JOBS; i++)
                jobs_add(test.jobs, &items[i].job);
        wait_for_start(&test, 3);
        loop_drain(test.event);
        (void) usleep(20000);
        assert_int_equal(atomic_load(&test.n_started), 3);
        for (unsigned i = 3; i < JOBS; i++)
                assert_int_equal(items[i].start, 0);
        atomic_store(&test.is_open, true);
        loop_until(test.event, are_all_done, &test);
        assert_int_equal(atomic_load(&test.n_running_most), 3);
}

static void one_at_a_time_runs_in_the_order_of_adding(void **state) {
        TestJob items[JOBS];
        _cleanup_jobs_case_ JobsCase test = { .is_open = true };

        (void) state;
        begin(&test, items, 1);
        for (unsigned i = 0; i < JOBS; i++)
                jobs_add(test.jobs, &items[i].job);
        loop_until(test.event, are_all_done, &test);
        assert_int_equal(atomic_load(&test.n_running_most), 1);
        for (unsigned i = 0; i < JOBS; i++) {
                assert_int_equal(items[i].start, i + 1);
                assert_int_equal(test.order[i], i);
        }
}

static void job_that_can_wait_lets_the_others_go_first(void **state) {
        static const unsigned order[JOBS] = { 0, 4, 5, 6, 7, 1, 2, 3 };
        TestJob items[JOBS];
        _cleanup_jobs_case_ JobsCase test = {};

        (void) state;
        begin(&test, items, 1);
        for (unsigned i = 0; i < JOBS; i++) {
                items[i].job.can_wait = i < JOBS / 2;
                jobs_add(test.jobs, &items[i].job);
        }
        atomic_store(&test.is_open, true);
        loop_until(test.event, are_all_done, &test);
        for (unsigned i = 0; i < JOBS; i++)
                assert_int_equal(test.order[i], order[i]);
}

static void job_may_be_followed_by_another_one(void **state) {
        TestJob items[JOBS];
        _cleanup_jobs_case_ JobsCase test = { .is_open = true };

        (void) state;
        begin(&test, items, 1);
        for (unsigned i = 0; i + 1 < JOBS; i++)
                items[i].follower = &items[i + 1];
        jobs_add(test.jobs, &items[0].job);
        loop_until(test.event, are_all_done, &test);
        for (unsigned i = 0; i < JOBS; i++)
                assert_int_equal(test.order[i], i);
}

static void *open_gate(void *userdata) {
        JobsCase *test = userdata;

        (void) usleep(50000);
        atomic_store(&test->is_open, true);
        return NULL;
}

static void freeing_waits_for_those_that_run_and_drops_the_others(void **state) {
        TestJob items[JOBS];
        _cleanup_jobs_case_ JobsCase test = {};
        pthread_t thread;

        (void) state;
        begin(&test, items, 2);
        for (unsigned i = 0; i < JOBS; i++)
                jobs_add(test.jobs, &items[i].job);
        wait_for_start(&test, 2);
        assert_int_equal(pthread_create(&thread, NULL, open_gate, &test), 0);
        test.jobs = jobs_free(test.jobs);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(atomic_load(&test.n_started), 2);
        for (unsigned i = 0; i < JOBS; i++)
                assert_int_equal(items[i].n_done, 1);
}

/* Even one that is added while they are freed. */
static void freeing_ends_every_job_that_was_added(void **state) {
        TestJob items[JOBS];
        _cleanup_jobs_case_ JobsCase test = { .is_open = true };
        Jobs *jobs;

        (void) state;
        begin(&test, items, 1);
        items[0].follower = &items[2];
        items[1].follower = &items[3];
        jobs_add(test.jobs, &items[0].job);
        jobs_add(test.jobs, &items[1].job);
        jobs = test.jobs;
        jobs_free(jobs);
        test.jobs = NULL;
        for (unsigned i = 0; i < 4; i++)
                assert_int_equal(items[i].n_done, 1);
}

static void finished_jobs_that_nobody_has_taken_are_done_by_freeing(void **state) {
        TestJob items[JOBS];
        _cleanup_jobs_case_ JobsCase test = { .is_open = true };

        (void) state;
        begin(&test, items, JOBS);
        for (unsigned i = 0; i < JOBS; i++)
                jobs_add(test.jobs, &items[i].job);
        wait_for_start(&test, JOBS);
        (void) usleep(5000);
        test.jobs = jobs_free(test.jobs);
        assert_int_equal(test.n_done, JOBS);
}

static void run_at_once(Job *job) {
        (void) job;
}

static bool is_second_done(void *userdata) {
        return ((TestJob *) userdata)[1].n_done > 0;
}

static bool is_first_done(void *userdata) {
        return ((TestJob *) userdata)[0].n_done > 0;
}

static void stuck_job_keeps_nobody_from_running(void **state) {
        TestJob items[JOBS];
        _cleanup_jobs_case_ JobsCase test = {};

        (void) state;
        begin_with(&test, items,
                   &(JobsLimits){ .n_at_once = 1, .patience_usec = SHORT_PATIENCE_USEC });
        items[0].job.can_wait = true;
        items[1].job.run = run_at_once;
        jobs_add(test.jobs, &items[0].job);
        jobs_add(test.jobs, &items[1].job);
        assert_int_equal(items[1].n_done, 0);
        loop_until(test.event, is_second_done, items);
        assert_true(items[0].job.is_stuck);
        assert_int_equal(items[0].n_stuck, 1);
        assert_int_equal(items[1].n_stuck, 0);

        /* It may get over it. */
        atomic_store(&test.is_open, true);
        loop_until(test.event, is_first_done, items);
}

static void run_in_steps(Job *job) {
        for (unsigned i = 0; i < STEPS; i++) {
                (void) usleep(STEP_USEC);
                atomic_fetch_add(&job->n_steps, 1);
        }
}

static void job_that_takes_steps_is_not_stuck(void **state) {
        TestJob items[JOBS];
        _cleanup_jobs_case_ JobsCase test = {};

        (void) state;
        begin_with(&test, items,
                   &(JobsLimits){ .n_at_once = 1, .patience_usec = STEPS_PATIENCE_USEC });
        items[0].job.run = run_in_steps;
        jobs_add(test.jobs, &items[0].job);
        loop_until(test.event, is_first_done, items);
        assert_int_equal(items[0].n_stuck, 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(jobs_run_on_another_thread_and_are_done_on_the_loops),
                cmocka_unit_test(not_more_than_a_few_run_at_once),
                cmocka_unit_test(one_at_a_time_runs_in_the_order_of_adding),
                cmocka_unit_test(job_that_can_wait_lets_the_others_go_first),
                cmocka_unit_test(job_may_be_followed_by_another_one),
                cmocka_unit_test(freeing_waits_for_those_that_run_and_drops_the_others),
                cmocka_unit_test(freeing_ends_every_job_that_was_added),
                cmocka_unit_test(finished_jobs_that_nobody_has_taken_are_done_by_freeing),
                cmocka_unit_test(stuck_job_keeps_nobody_from_running),
                cmocka_unit_test(job_that_takes_steps_is_not_stuck),
        };

        return cmocka_run_group_tests_name("jobs", tests, NULL, NULL);
}
