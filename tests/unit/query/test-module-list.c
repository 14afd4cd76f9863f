/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-list.h"

#include <errno.h>

#include "query-case.h"

static void init(QueryCase *query) {
        model_script_link(&query->model,
                          "module k/snd-b.ko\nmodule k/snd-a.ko\nmodule /x/usb.ko\n");
        add_builtin_names(&query->model, "k/snd-core.ko\nk/unix.ko\n");
        query_case_start(query);
}

static void check(const QueryCase *query, const char *glob, const ProblemList *problems,
                  const char *expected) {
        _cleanup_found_modules_ FoundModules found = {};

        assert_int_equal(module_list(query->lookup, glob, problems, &found), 0);
        assert_found(&found, expected);
}

static void modules_come_in_final_order_and_builtin_ones_last(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        init(&query);
        check(&query, "", NULL,
              "snd_b k/snd-b.ko 0\nsnd_a k/snd-a.ko 0\nusb /x/usb.ko 0\nsnd_core  0\nunix  0\n");
}

static void glob_selects_by_name_in_either_spelling(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        init(&query);
        check(&query, "snd-*", NULL, "snd_b k/snd-b.ko 0\nsnd_a k/snd-a.ko 0\nsnd_core  0\n");
        check(&query, "snd_[ab]", NULL, "snd_b k/snd-b.ko 0\nsnd_a k/snd-a.ko 0\n");
        check(&query, "us?", NULL, "usb /x/usb.ko 0\n");
        check(&query, "snd", NULL, "");
}

static void glob_with_unbalanced_brackets_is_an_error(void **state) {
        _cleanup_query_case_ QueryCase query = {};
        FoundModules found = {};

        (void) state;
        init(&query);
        assert_int_equal(module_list(query.lookup, "snd[", NULL, &found), -EINVAL);
}

static void bits_tell_the_severities_of_the_problems_of_the_file(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_query_case_ QueryCase query = {};
        static const Problem all[] = {
                { .kind = PROBLEM_SYMBOL_UNKNOWN, .path = "/m/1.0/k/snd-a.ko", .subject = "s" },
                { .kind = PROBLEM_SYMBOL_UNKNOWN, .path = "/m/1.0/k/snd-a.ko", .subject = "t" },
                { .kind = PROBLEM_MODULE_UNREADABLE, .path = "/x/usb.ko" },
                { .kind = PROBLEM_SOFTDEP_UNKNOWN, .path = "/x/usb.ko", .subject = "s" },
                { .kind = PROBLEM_MODULE_SHADOWED, .path = "/m/1.0/k/snd-b.ko" },
                { .kind = PROBLEM_CYCLE, .subject = "a -> b -> a" },
        };

        (void) state;
        init(&query);
        for (size_t i = 0; i < ELEMENTSOF(all); i++)
                assert_int_equal(problem_list_add(&problems, &all[i]), 0);
        check(&query, "", &problems,
              "snd_b k/snd-b.ko 0\nsnd_a k/snd-a.ko 2\nusb /x/usb.ko 5\nsnd_core  0\nunix  0\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(modules_come_in_final_order_and_builtin_ones_last),
                cmocka_unit_test(glob_selects_by_name_in_either_spelling),
                cmocka_unit_test(glob_with_unbalanced_brackets_is_an_error),
                cmocka_unit_test(bits_tell_the_severities_of_the_problems_of_the_file),
        };

        return cmocka_run_group_tests_name("module-list", tests, NULL, NULL);
}
