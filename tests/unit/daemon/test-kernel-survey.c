/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-watching-case.h"

/* A survey goes before the first refresh, so that nothing can happen unseen. */
static void it_watches_before_it_looks(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};
        uint64_t asked;

        (void) state;
        make_modules();
        watching_case_init(&test);
        test.kernel.demand.model = true;
        turn(&test.kernel);
        asked = test.kernel.site.seq;
        finish_job(&test.kernel);
        assert_true(test.kernel.kernel->is_looking);
        assert_null(test.kernel.kernel->snapshot);
        assert_false(kernel_is_fresh(test.kernel.kernel, asked));
        module_file_write(PATH_OF("unseen.ko"), "");

        turn(&test.kernel);
        finish_job(&test.kernel);
        assert_true(kernel_is_fresh(test.kernel.kernel, asked));
        assert_int_equal(kernel_n_modules(test.kernel.kernel), 3);
        assert_int_equal(test.kernel.site.statistics.refreshes, 1);
        assert_false(test.kernel.kernel->is_looking);
}

/* What happened after it was scanned and before it was watched is found by looking again. */
static void it_looks_again_when_it_has_begun_to_watch(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};
        uint64_t before, meanwhile;

        (void) state;
        make_modules();
        watching_case_init(&test);
        test.kernel.demand.model = true;
        turn(&test.kernel);
        finish_job(&test.kernel);
        temp_tree_make_directory(PATH_OF("new"));
        before = test.kernel.site.seq;
        turn(&test.kernel);
        meanwhile = test.kernel.site.seq;
        finish_job(&test.kernel);
        assert_true(test.kernel.kernel->is_looking);
        assert_false(kernel_is_fresh(test.kernel.kernel, before));
        module_file_write(PATH_OF("new/unseen.ko"), "");

        turn(&test.kernel);
        assert_true(kernel_is_fresh(test.kernel.kernel, before));
        assert_false(kernel_is_fresh(test.kernel.kernel, meanwhile));
        assert_int_equal(kernel_n_modules(test.kernel.kernel), 2);
        finish_job(&test.kernel);
        turn(&test.kernel);
        assert_true(kernel_is_fresh(test.kernel.kernel, meanwhile));
        assert_int_equal(kernel_n_modules(test.kernel.kernel), 3);
        assert_int_equal(test.kernel.site.statistics.refreshes, 2);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(it_watches_before_it_looks),
                TREE_TEST(it_looks_again_when_it_has_begun_to_watch),
        };

        return cmocka_run_group_tests_name("kernel-survey", tests, NULL, NULL);
}
