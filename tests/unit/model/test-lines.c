/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lines.h"

#include "test-case.h"

#define PIECE_MAX 8

/* Each line as "number:text", with '$' where the newline is and nothing where it is missing. */
static void check(const char *bytes, size_t size, const char *expected) {
        _cleanup_free_ char *copy = malloc(size + 1);
        _cleanup_buffer_ Buffer text = {};
        Lines lines;
        Line line;

        assert_non_null(copy);
        memcpy(copy + 1, bytes, size);
        lines = lines_of(copy + 1, size, PIECE_MAX);
        while (lines_next(&lines, &line)) {
                assert_int_equal(line.has_newline,
                                 line.size > 0 && line.text[line.size - 1] == '\n');
                buffer_append_format(&text, "%u:", lines.number);
                buffer_append(&text, line.text, line.size - line.has_newline);
                buffer_append_string(&text, line.has_newline ? "$ " : " ");
        }
        assert_false(lines_next(&lines, &line));
        assert_text(&text, expected);
}

#define CHECK(bytes, expected) check(bytes, sizeof(bytes) - 1, expected)

static void nothing_has_no_lines(void **state) {
        (void) state;
        CHECK("", "");
}

static void lines_keep_their_newline(void **state) {
        (void) state;
        CHECK("a\nbc\n", "1:a$ 2:bc$ ");
        CHECK("\n\n", "1:$ 2:$ ");
}

static void last_line_may_have_no_newline(void **state) {
        (void) state;
        CHECK("a\nbc", "1:a$ 2:bc ");
}

static void long_line_comes_in_pieces(void **state) {
        (void) state;
        CHECK("1234567\nx\n", "1:1234567$ 2:x$ ");
        CHECK("12345678\nx\n", "1:12345678 2:$ 3:x$ ");
        CHECK("12345678abc\nx\n", "1:12345678 2:abc$ 3:x$ ");
        CHECK("12345678", "1:12345678 ");
}

static void nul_ends_what_is_seen_of_a_line(void **state) {
        (void) state;
        CHECK("ab\0cd\nx\n", "1:ab 2:x$ ");
        CHECK("\0cd\nx\n", "1: 2:x$ ");
        CHECK("ab\n\0\n\0", "1:ab$ 2: 3: ");
        CHECK("12\0\0\0\0\0\0\0cd\n", "1:12 2: ");
}

static void carriage_return_is_an_ordinary_byte(void **state) {
        (void) state;
        CHECK("a\r\n", "1:a\r$ ");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(nothing_has_no_lines),
                cmocka_unit_test(lines_keep_their_newline),
                cmocka_unit_test(last_line_may_have_no_newline),
                cmocka_unit_test(long_line_comes_in_pieces),
                cmocka_unit_test(nul_ends_what_is_seen_of_a_line),
                cmocka_unit_test(carriage_return_is_an_ordinary_byte),
        };

        return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
