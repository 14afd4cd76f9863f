/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dep-lines.h"

#include "model-script.h"
#include "problem-text.h"
#include "test-case.h"

#define MODULES                                                                                    \
        "module kernel/a-b.ko.xz\nneed x\nneed y\nmodule /ext/x.ko\nexport x\nneed z\n"            \
        "module kernel/y.ko\nexport y\nmodule z.ko\nexport z\n"
#define LINES "kernel/a-b.ko.xz: kernel/y.ko /ext/x.ko z.ko\n/ext/x.ko: z.ko\nkernel/y.ko:\nz.ko:\n"

/* Each item is its line without the newline. */
static void assert_lines(const DepLines *lines, const char *expected, const char *modules) {
        _cleanup_buffer_ Buffer text = {}, numbers = {};

        assert_text(&lines->text, expected);
        for (size_t i = 0; i < lines->count; i++) {
                buffer_append(&text, lines->text.data + lines->items[i].start,
                              lines->items[i].size);
                buffer_append_byte(&text, '\n');
                buffer_append_format(&numbers, "%u", lines->items[i].module);
        }
        assert_text(&text, expected);
        assert_text(&numbers, modules);
}

static void line_is_a_path_and_those_of_all_it_needs(void **state) {
        _cleanup_dep_lines_ DepLines lines = {};
        _cleanup_model_ Model model = {};

        (void) state;
        model_script_link(&model, MODULES);
        assert_int_equal(dep_lines_render(&lines, &model), 0);
        assert_lines(&lines, LINES, "0123");
}

static void without_modules_there_are_no_lines(void **state) {
        _cleanup_dep_lines_ DepLines lines = {};
        _cleanup_model_ Model model = {};

        (void) state;
        model_script_link(&model, "");
        assert_int_equal(dep_lines_render(&lines, &model), 0);
        assert_lines(&lines, "", "");
}

static void check_append(const char *old, const char *expected, const char *modules,
                         const char *problem_lines) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_free_ char *copy = malloc(strlen(old) + 1);
        _cleanup_dep_lines_ DepLines lines = {};
        _cleanup_model_ Model model = {};

        assert_non_null(copy);
        memcpy(copy + 1, old, strlen(old));
        model_script_link(&model, MODULES);
        assert_int_equal(dep_lines_append(&lines, &model, copy + 1, strlen(old), &problems), 0);
        assert_lines(&lines, expected, modules);
        assert_problems(&problems, problem_lines);
}

static void nothing_old_leaves_the_new_lines(void **state) {
        (void) state;
        check_append("", LINES, "0123", "");
}

static void old_line_stays_as_it_is_where_it_is(void **state) {
        (void) state;
        check_append("kernel/y.ko: something else\nkernel/a-b.ko.xz:\n",
                     "kernel/y.ko: something else\nkernel/a-b.ko.xz:\n/ext/x.ko: z.ko\nz.ko:\n",
                     "2013", "");
        check_append(LINES, LINES, "0123", "");
}

static void last_old_line_may_have_no_newline(void **state) {
        (void) state;
        check_append("z.ko: q",
                     "z.ko: q\nkernel/a-b.ko.xz: kernel/y.ko /ext/x.ko z.ko\n"
                     "/ext/x.ko: z.ko\nkernel/y.ko:\n",
                     "3012", "");
}

static void line_of_a_module_that_is_gone_is_dropped_and_told(void **state) {
        (void) state;
        check_append("kernel/gone.ko: z.ko\nz.ko:\n",
                     "z.ko:\nkernel/a-b.ko.xz: kernel/y.ko /ext/x.ko z.ko\n/ext/x.ko: z.ko\n"
                     "kernel/y.ko:\n",
                     "3012", "line-dropped kernel/gone.ko\n");
}

static void second_line_of_a_module_is_dropped_and_told(void **state) {
        (void) state;
        check_append("z.ko: first\nz.ko: second\n",
                     "z.ko: first\nkernel/a-b.ko.xz: kernel/y.ko /ext/x.ko z.ko\n"
                     "/ext/x.ko: z.ko\nkernel/y.ko:\n",
                     "3012", "line-dropped z.ko\n");
}

/* A word of the tree that is no path of a module, no colon, no path. */
static void line_that_is_none_is_dropped_and_told(void **state) {
        (void) state;
        check_append("x: z.ko\nz.ko\n: z.ko\n\n\nz\n", LINES, "0123",
                     "line-dropped x\nline-dropped z.ko\nline-dropped \nline-dropped z\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(line_is_a_path_and_those_of_all_it_needs),
                cmocka_unit_test(without_modules_there_are_no_lines),
                cmocka_unit_test(nothing_old_leaves_the_new_lines),
                cmocka_unit_test(old_line_stays_as_it_is_where_it_is),
                cmocka_unit_test(last_old_line_may_have_no_newline),
                cmocka_unit_test(line_of_a_module_that_is_gone_is_dropped_and_told),
                cmocka_unit_test(second_line_of_a_module_is_dropped_and_told),
                cmocka_unit_test(line_that_is_none_is_dropped_and_told),
        };

        return cmocka_run_group_tests_name("dep-lines", tests, NULL, NULL);
}
