/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel-settled.h"
#include "privileges.h"
#include "problem-text.h"

static void remove_modules(void) {
        static const char *const paths[] = { PATH_OF("a.ko"), PATH_OF("b.ko"),
                                             PATH_OF("modules.order"), PATH_OF("modules.builtin"),
                                             PATH_OF("modules.builtin.modinfo") };

        for (size_t i = 0; i < ELEMENTSOF(paths); i++)
                assert_int_equal(unlink(paths[i]), 0);
}

static void index_goes_with_the_last_module(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        init_settled(&test);
        remove_modules();
        kernel_mark(test.kernel);
        settle(&test);
        assert_false(exists(KERNEL));
        assert_true(kernel_is_published(test.kernel, test.site.seq));
}

static void index_of_the_running_kernel_stays(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        init_settled(&test);
        test.site.running_release = "1.0";
        remove_modules();
        kernel_mark(test.kernel);
        settle(&test);
        assert_true(exists(PATH_OF("modules.dep")));
        assert_state(&test, "settled");
}

static void what_is_not_ours_stays_when_the_modules_go(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        _cleanup_buffer_ Buffer names = {};

        (void) state;
        init_settled(&test);
        remove_modules();
        temp_tree_write_text(PATH_OF("modules.dep"), "mine\n");
        temp_tree_link("/usr/src", PATH_OF("build"));
        kernel_mark(test.kernel);
        settle(&test);
        temp_tree_list(KERNEL, &names);
        assert_text(&names, "build modules.dep");
        assert_state(&test, "settled");
}

static void empty_directory_is_left_for_whoever_has_made_it(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        temp_tree_make_directory(KERNEL);
        kernel_case_init(&test);
        settle(&test);
        assert_true(exists(KERNEL));
        assert_state(&test, "settled");
        make_modules();
        kernel_mark(test.kernel);
        settle(&test);
        assert_true(exists(PATH_OF("modules.dep")));
}

static void failure_is_forgotten_when_the_modules_are_gone(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        init_settled(&test);
        module_file_write(PATH_OF("c.ko"), "");
        kernel_mark(test.kernel);
        assert_int_equal(chmod(KERNEL, 0555), 0);
        privileges_drop();
        settle(&test);
        privileges_restore();
        assert_state(&test, "read-only");
        assert_int_equal(chmod(KERNEL, 0755), 0);
        remove_modules();
        assert_int_equal(unlink(PATH_OF("c.ko")), 0);
        temp_tree_write_text(PATH_OF("headers"), "");
        kernel_mark(test.kernel);
        settle(&test);
        assert_state(&test, "settled");
        assert_problems(&test.kernel->publish_problems, "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(index_goes_with_the_last_module),
                TREE_TEST(index_of_the_running_kernel_stays),
                TREE_TEST(what_is_not_ours_stays_when_the_modules_go),
                TREE_TEST(empty_directory_is_left_for_whoever_has_made_it),
                TREE_TEST(failure_is_forgotten_when_the_modules_are_gone),
        };

        return cmocka_run_group_tests_name("kernel-retirement", tests, NULL, NULL);
}
