/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "line-difference.h"

#include "test-case.h"

static void check(const char *old, const char *new, uint32_t n_added, uint32_t n_removed) {
        _cleanup_buffer_ Buffer a = {}, b = {};
        LineDifference difference = { 99, 99 };

        buffer_append(&a, old, strlen(old));
        buffer_append(&b, new, strlen(new));
        assert_int_equal(line_difference(&a, &b, &difference), 0);
        assert_int_equal(difference.n_added, n_added);
        assert_int_equal(difference.n_removed, n_removed);
}

static void equal_texts_do_not_differ(void **state) {
        (void) state;
        check("", "", 0, 0);
        check("a\n", "a\n", 0, 0);
        check("a: b\nc:\n", "a: b\nc:\n", 0, 0);
}

static void order_of_lines_does_not_count(void **state) {
        (void) state;
        check("a\nb\nc\n", "c\na\nb\n", 0, 0);
}

static void lines_of_one_side_alone_are_counted(void **state) {
        (void) state;
        check("", "a\nb\n", 2, 0);
        check("a\nb\n", "", 0, 2);
        check("a\nb\nc\n", "a\nd\nc\ne\n", 2, 1);
        check("a\n", "ab\n", 1, 1);
        check("ab\n", "a\n", 1, 1);
}

static void repetitions_are_lines_of_their_own(void **state) {
        (void) state;
        check("a\na\na\n", "a\n", 0, 2);
        check("a\nb\n", "b\nb\nb\na\n", 2, 0);
}

static void empty_lines_and_a_missing_last_newline_count(void **state) {
        (void) state;
        check("\n", "", 0, 1);
        check("a\n", "a\n\n", 1, 0);
        check("a\nb", "a\nb\n", 1, 1);
        check("a\nb", "b\na", 2, 2);
}

/* A file that somebody has damaged may hold anything. */
static void bytes_that_are_no_text_are_compared_too(void **state) {
        _cleanup_buffer_ Buffer a = {}, b = {};
        LineDifference difference;

        (void) state;
        buffer_append(&a, "x\0y\n\xff\n", 6);
        buffer_append(&b, "x\0z\n\xff\n", 6);
        assert_int_equal(line_difference(&a, &b, &difference), 0);
        assert_int_equal(difference.n_added, 1);
        assert_int_equal(difference.n_removed, 1);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(equal_texts_do_not_differ),
                cmocka_unit_test(order_of_lines_does_not_count),
                cmocka_unit_test(lines_of_one_side_alone_are_counted),
                cmocka_unit_test(repetitions_are_lines_of_their_own),
                cmocka_unit_test(empty_lines_and_a_missing_last_newline_count),
                cmocka_unit_test(bytes_that_are_no_text_are_compared_too),
        };

        return cmocka_run_group_tests_name("line-difference", tests, NULL, NULL);
}
