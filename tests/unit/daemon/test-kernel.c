/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel-settled.h"

static void new_kernel_is_dirty_and_nothing_is_known_of_it(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        kernel_case_init(&test);
        assert_state(&test, "dirty");
        assert_int_equal(test.n_turns, 1);
        assert_null(test.kernel->snapshot);
        assert_int_equal(kernel_n_modules(test.kernel), 0);
        assert_false(kernel_is_fresh(test.kernel, test.site.seq));
        assert_false(kernel_is_published(test.kernel, test.site.seq));
        assert_false(kernel_is_idle(test.kernel));
}

static void nothing_is_done_before_it_has_been_quiet(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        uint64_t changed;

        (void) state;
        make_modules();
        kernel_case_init(&test);
        changed = test.kernel->settle.last_usec;
        turn_at(&test, changed + 50 * MS - 1);
        assert_true(is_without_job(&test));
        assert_int_equal(test.due_usec, changed + 50 * MS);
        turn_at(&test, changed + 50 * MS);
        assert_non_null(test.kernel->refreshing);
        assert_state(&test, "busy");
        finish_job(&test);
}

static void quiet_kernel_is_refreshed_and_published(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        kernel_case_init(&test);
        settle(&test);
        assert_state(&test, "settled");
        assert_true(kernel_is_idle(test.kernel));
        assert_true(kernel_is_fresh(test.kernel, test.site.seq));
        assert_true(kernel_is_published(test.kernel, test.site.seq));
        assert_true(exists(PATH_OF("modules.dep.bin")));
        assert_int_equal(kernel_n_modules(test.kernel), 2);
        assert_true(test.due_usec == UINT64_MAX);
        assert_int_equal(test.site.statistics.refreshes, 1);
        assert_int_equal(test.site.statistics.refreshed_modules, 2);
        assert_int_equal(test.site.statistics.publications, 1);
        assert_int_equal(test.site.statistics.published_files, OUTPUT_KINDS);
}

static void when_it_starts_nothing_is_waited_for(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        kernel_case_init(&test);
        test.kernel->is_starting = true;
        settle_at(&test, test.kernel->settle.last_usec);
        assert_state(&test, "settled");
        assert_false(test.kernel->is_starting);
}

static void question_makes_it_fresh_at_once_but_does_not_publish(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        uint64_t asked;

        (void) state;
        make_modules();
        kernel_case_init(&test);
        asked = test.site.seq;
        test.demand.model = true;
        turn_at(&test, test.kernel->settle.last_usec);
        assert_false(kernel_is_fresh(test.kernel, asked));
        finish_job(&test);
        assert_true(kernel_is_fresh(test.kernel, asked));
        assert_false(kernel_is_published(test.kernel, asked));
        turn_at(&test, test.kernel->settle.last_usec);
        assert_true(is_without_job(&test));
        assert_false(exists(PATH_OF("modules.dep")));
        assert_state(&test, "dirty");
        assert_int_equal(test.due_usec, test.kernel->settle.last_usec + 50 * MS);
}

static void whoever_waits_for_publication_does_not_wait_for_quiet(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        kernel_case_init(&test);
        test.demand = (KernelDemand){ .model = true, .publish = true };
        settle_at(&test, test.kernel->settle.last_usec);
        assert_state(&test, "settled");
        assert_true(exists(PATH_OF("modules.dep")));
}

/* What has been read when it changed again may be from before or after. */
static void change_during_a_refresh_makes_its_model_too_old(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        uint64_t before, after;

        (void) state;
        make_modules();
        kernel_case_init(&test);
        before = test.site.seq;
        test.demand.model = true;
        turn(&test);
        kernel_mark(test.kernel);
        after = test.site.seq;
        finish_job(&test);
        assert_true(kernel_is_fresh(test.kernel, before));
        assert_false(kernel_is_fresh(test.kernel, after));
        turn(&test);
        finish_job(&test);
        assert_true(kernel_is_fresh(test.kernel, after));
        assert_int_equal(test.site.statistics.refreshes, 2);
}

/* Moments are numbered for all kernels together. */
static void later_moment_without_a_change_here_needs_no_refresh(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        kernel_case_init(&test);
        settle(&test);
        test.site.seq += 100;
        assert_true(kernel_is_fresh(test.kernel, test.site.seq));
        assert_true(kernel_is_published(test.kernel, test.site.seq));
        settle(&test);
        assert_int_equal(test.site.statistics.refreshes, 1);
}

/* From what is only begun in order to publish, too. */
static void stream_of_changes_is_published_in_spite_of_it(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        uint64_t start = usec_monotonic(), now = start;
        char path[64];

        (void) state;
        make_modules();
        kernel_case_init(&test);
        for (unsigned i = 0; test.site.statistics.publications == 0; i++) {
                assert_true(now < start + 10000 * MS);
                (void) snprintf(path, sizeof(path), KERNEL "/c%u.ko", i);
                module_file_write(path, "");
                kernel_mark(test.kernel);
                now = usec_monotonic();
                turn_at(&test, now);
                if (test.kernel->refreshing || test.kernel->publishing)
                        kernel_mark(test.kernel);
                finish_job(&test);
                (void) usleep(10000);
        }

        assert_true(now >= start + 300 * MS);
        assert_false(kernel_is_published(test.kernel, test.site.seq));
        settle(&test);
        assert_state(&test, "settled");
}

static void refresh_that_finds_nothing_new_publishes_nothing(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        uint64_t generation;

        (void) state;
        make_modules();
        let_files_age();
        kernel_case_init(&test);
        settle(&test);
        generation = test.kernel->snapshot->generation;
        assert_true(generation > 0);
        kernel_mark(test.kernel);
        assert_state(&test, "dirty");
        settle(&test);
        assert_state(&test, "settled");
        assert_int_equal(test.kernel->snapshot->generation, generation);
        assert_int_equal(test.site.statistics.refreshes, 2);
        assert_int_equal(test.site.statistics.refreshed_modules, 2);
        assert_int_equal(test.site.statistics.publications, 1);
}

static void generation_grows_with_each_difference(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        uint64_t generation = 0;

        (void) state;
        make_modules();
        kernel_case_init(&test);
        for (unsigned i = 0; i < 5; i++) {
                module_file_write(PATH_OF("c.ko"), i % 2 == 0 ? "need x\n" : "need y\n");
                kernel_mark(test.kernel);
                settle(&test);
                assert_true(test.kernel->snapshot->generation > generation);
                generation = test.kernel->snapshot->generation;
                assert_int_equal(test.kernel->published_generation, generation);
        }
}

static void inhibitors_keep_it_from_publishing_in_the_background(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        kernel_case_init(&test);
        test.site.n_inhibitors = 1;
        settle(&test);
        assert_state(&test, "inhibited");
        assert_null(test.kernel->snapshot);
        demand_published(&test);
        assert_state(&test, "inhibited");
        assert_non_null(test.kernel->snapshot);
        assert_false(exists(PATH_OF("modules.dep")));

        test.demand = (KernelDemand){ .model = true, .publish = true, .ignore_inhibitors = true };
        settle(&test);
        assert_state(&test, "settled");
        assert_true(exists(PATH_OF("modules.dep")));
}

static void it_is_published_when_the_last_inhibitor_has_gone(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        kernel_case_init(&test);
        test.site.n_inhibitors = 1;
        settle(&test);
        test.site.n_inhibitors = 0;
        assert_state(&test, "dirty");
        settle(&test);
        assert_state(&test, "settled");
}

static void private_instance_does_nothing_that_nobody_asks_for(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        kernel_case_init(&test);
        test.site.is_background = false;
        settle(&test);
        assert_null(test.kernel->snapshot);
        assert_true(kernel_is_idle(test.kernel));
        assert_true(test.due_usec == UINT64_MAX);
        demand_published(&test);
        assert_true(exists(PATH_OF("modules.dep")));
        assert_state(&test, "settled");
}

static void directory_that_is_gone_is_lost(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        kernel_case_init(&test);
        settle(&test);
        assert_int_equal(rename(KERNEL, "elsewhere"), 0);
        kernel_mark(test.kernel);
        settle(&test);
        assert_true(test.kernel->is_lost);
        assert_int_equal(test.kernel->refresh_error, 0);
        turn(&test);
        assert_true(is_without_job(&test));

        assert_int_equal(rename("elsewhere", KERNEL), 0);
        kernel_mark(test.kernel);
        settle(&test);
        assert_false(test.kernel->is_lost);
        assert_state(&test, "settled");
}

static void stopping_ends_a_refresh_without_a_failure(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        kernel_case_init(&test);
        atomic_store(&test.site.is_stopping, true);
        test.demand.model = true;
        turn(&test);
        finish_job(&test);
        assert_int_equal(test.kernel->refresh_error, 0);
        assert_null(test.kernel->snapshot);
        assert_false(kernel_is_fresh(test.kernel, test.site.seq));
}

static void requested_refresh_reads_every_file_and_writes_every_output(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        let_files_age();
        kernel_case_init(&test);
        settle(&test);
        kernel_request_refresh(test.kernel, false, false);
        settle(&test);
        assert_int_equal(test.site.statistics.refreshed_modules, 2);
        assert_int_equal(test.site.statistics.published_files, OUTPUT_KINDS);
        kernel_request_refresh(test.kernel, true, true);
        settle(&test);
        assert_int_equal(test.site.statistics.refreshed_modules, 4);
        assert_int_equal(test.site.statistics.published_files, 2 * OUTPUT_KINDS);
        kernel_request_refresh(test.kernel, false, false);
        settle(&test);
        assert_int_equal(test.site.statistics.refreshed_modules, 4);
        assert_int_equal(test.site.statistics.published_files, 2 * OUTPUT_KINDS);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(new_kernel_is_dirty_and_nothing_is_known_of_it),
                TREE_TEST(nothing_is_done_before_it_has_been_quiet),
                TREE_TEST(quiet_kernel_is_refreshed_and_published),
                TREE_TEST(when_it_starts_nothing_is_waited_for),
                TREE_TEST(question_makes_it_fresh_at_once_but_does_not_publish),
                TREE_TEST(whoever_waits_for_publication_does_not_wait_for_quiet),
                TREE_TEST(change_during_a_refresh_makes_its_model_too_old),
                TREE_TEST(later_moment_without_a_change_here_needs_no_refresh),
                TREE_TEST(stream_of_changes_is_published_in_spite_of_it),
                TREE_TEST(refresh_that_finds_nothing_new_publishes_nothing),
                TREE_TEST(generation_grows_with_each_difference),
                TREE_TEST(inhibitors_keep_it_from_publishing_in_the_background),
                TREE_TEST(it_is_published_when_the_last_inhibitor_has_gone),
                TREE_TEST(private_instance_does_nothing_that_nobody_asks_for),
                TREE_TEST(directory_that_is_gone_is_lost),
                TREE_TEST(stopping_ends_a_refresh_without_a_failure),
                TREE_TEST(requested_refresh_reads_every_file_and_writes_every_output),
        };

        return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
