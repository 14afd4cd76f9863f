/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "utf8.h"

#include "test-case.h"

static const char *const valid[] = {
        "",
        "snd-hda-intel.ko.zst",
        "\x01\x7f",
        "\xc2\x80",         /* the first of two bytes */
        "\xdf\xbf",         /* the last of two */
        "\xe0\xa0\x80",     /* the first of three */
        "\xed\x9f\xbf",     /* before the halves of pairs */
        "\xee\x80\x80",     /* behind them */
        "\xef\xbf\xbf",     /* the last of three */
        "\xf0\x90\x80\x80", /* the first of four */
        "\xf4\x8f\xbf\xbf", /* the last of all */
        "gr\xc3\xbc\xc3\x9f"
        "e \xe2\x82\xac",
};

static const char *const invalid[] = {
        "\x80", /* a continuation of nothing */
        "\xbf",
        "\xc0\x80", /* too long for what they say */
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xed\xa0\x80", /* halves of pairs */
        "\xed\xbf\xbf",
        "\xf4\x90\x80\x80", /* beyond the last */
        "\xf5\x80\x80\x80",
        "\xff",
        "\xfe",
        "\xc3", /* cut off */
        "\xe2\x82",
        "\xf0\x9f\x98",
        "\xc3(",
        "\xe2\x82(",
        "\xf0\x9f\x98(",
        "fine until\xc3",
};

static void valid_text_is_told_from_other_bytes(void **state) {
        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(valid); i++)
                assert_true(utf8_is_valid(valid[i]));
        for (size_t i = 0; i < ELEMENTSOF(invalid); i++)
                assert_false(utf8_is_valid(invalid[i]));
}

static void valid_text_is_copied_as_it_is(void **state) {
        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(valid); i++) {
                _cleanup_free_ char *escaped = NULL;

                assert_int_equal(utf8_escape(valid[i], &escaped), 0);
                assert_string_equal(escaped, valid[i]);
        }
}

static void check_escape(const char *text, const char *expected) {
        _cleanup_free_ char *escaped = NULL;

        assert_int_equal(utf8_escape(text, &escaped), 0);
        assert_string_equal(escaped, expected);
}

static void each_byte_of_no_character_is_escaped(void **state) {
        (void) state;
        check_escape("a\xff.ko", "a\\xff.ko");
        check_escape("\xc3(", "\\xc3(");
        check_escape("\xe2\x82(", "\\xe2\\x82(");
        check_escape("\xf0\x9f\x98", "\\xf0\\x9f\\x98");
        check_escape("\xe2\xc3\xbc", "\\xe2\xc3\xbc");
        check_escape("\xed\xa0\x80", "\\xed\\xa0\\x80");
}

static void escaped_text_is_always_valid(void **state) {
        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(invalid); i++) {
                _cleanup_free_ char *escaped = NULL;

                assert_int_equal(utf8_escape(invalid[i], &escaped), 0);
                assert_true(utf8_is_valid(escaped));
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(valid_text_is_told_from_other_bytes),
                cmocka_unit_test(valid_text_is_copied_as_it_is),
                cmocka_unit_test(each_byte_of_no_character_is_escaped),
                cmocka_unit_test(escaped_text_is_always_valid),
        };

        return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
