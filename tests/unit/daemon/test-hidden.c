/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <sys/stat.h>

#include "hidden.h"
#include "kernel-case.h"
#include "privileges.h"

static void init_with_folder(KernelCase *test) {
        make_modules();
        module_file_write(PATH_OF("extra/c.ko"), "need x\n");
        let_files_age();
        kernel_case_init(test);
        settle(test);
        assert_int_equal(kernel_n_modules(test->kernel), 3);
}

/* As whoever may not look into everything. Within the second after which it would try again. */
static void settle_unprivileged(KernelCase *test) {
        kernel_mark(test->kernel);
        privileges_drop();
        settle_at(test, usec_monotonic() + 500 * MS);
        privileges_restore();
}

static void modules_that_may_not_be_looked_at_stay_in_the_index(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        const ProblemList *problems;

        (void) state;
        init_with_folder(&test);
        assert_int_equal(chmod(PATH_OF("extra"), 0), 0);
        settle_unprivileged(&test);
        assert_state(&test, "failed");
        assert_int_equal(test.kernel->refresh_error, -EACCES);
        assert_int_equal(kernel_n_modules(test.kernel), 3);
        problems = &test.kernel->refresh_problems;
        assert_int_equal(problems->count, 1);
        assert_int_equal(problems->items[0].kind, PROBLEM_REFRESH_FAILED);
        assert_string_equal(problems->items[0].path, "extra");

        assert_int_equal(chmod(PATH_OF("extra"), 0755), 0);
        settle_unprivileged(&test);
        assert_int_equal(test.kernel->refresh_error, 0);
        assert_int_equal(problems->count, 0);
}

static void folder_that_was_never_looked_at_keeps_nothing_back(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        init_with_folder(&test);
        assert_int_equal(mkdir(PATH_OF("secret"), 0), 0);
        settle_unprivileged(&test);
        assert_int_equal(test.kernel->refresh_error, 0);
        assert_int_equal(kernel_n_modules(test.kernel), 3);
}

static void list_that_could_be_read_does_not_count_as_missing(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        init_with_folder(&test);
        assert_int_equal(chmod(PATH_OF("modules.builtin"), 0), 0);
        settle_unprivileged(&test);
        assert_int_equal(test.kernel->refresh_error, -EACCES);
        assert_string_equal(test.kernel->refresh_problems.items[0].path, "modules.builtin");
}

static void what_is_removed_is_gone(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        init_with_folder(&test);
        assert_int_equal(unlink(PATH_OF("extra/c.ko")), 0);
        assert_int_equal(rmdir(PATH_OF("extra")), 0);
        assert_int_equal(unlink(PATH_OF("modules.builtin")), 0);
        kernel_mark(test.kernel);
        settle(&test);
        assert_int_equal(test.kernel->refresh_error, 0);
        assert_int_equal(kernel_n_modules(test.kernel), 2);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(modules_that_may_not_be_looked_at_stay_in_the_index),
                TREE_TEST(folder_that_was_never_looked_at_keeps_nothing_back),
                TREE_TEST(list_that_could_be_read_does_not_count_as_missing),
                TREE_TEST(what_is_removed_is_gone),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
