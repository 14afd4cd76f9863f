/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "version-pattern.h"

static void star_means_every_version(void **state) {
        (void) state;
        assert_true(version_pattern_matches("*", "6.1.0-56-amd64"));
        assert_true(version_pattern_matches("*", ""));
}

static void pattern_matches_anywhere_in_the_version(void **state) {
        (void) state;
        assert_true(version_pattern_matches("1\\.0-5", "6.1.0-56-amd64"));
        assert_false(version_pattern_matches("^1\\.0-5", "6.1.0-56-amd64"));
        assert_false(version_pattern_matches("6\\.1\\.0$", "6.1.0-56-amd64"));
}

static void dot_is_a_wildcard(void **state) {
        (void) state;
        assert_true(version_pattern_matches("^6.1.0$", "6x1y0"));
}

static void pattern_is_an_extended_expression(void **state) {
        (void) state;
        assert_true(version_pattern_matches("^(5|6)\\.[0-9]+\\.0", "6.10.0"));
        assert_true(version_pattern_matches("^6\\.1{2}$", "6.11"));
        assert_false(version_pattern_matches("^6\\.1{2}$", "6.1"));
}

static void plus_of_a_version_is_not_literal(void **state) {
        (void) state;
        assert_false(version_pattern_matches("6.1.0+", "6.1.+"));
        assert_true(version_pattern_matches("6.1.0+", "6.1.00"));
}

static void invalid_pattern_matches_nothing(void **state) {
        (void) state;
        assert_false(version_pattern_matches("[", "[6"));
        assert_false(version_pattern_matches("(", "(6"));
        assert_false(version_pattern_matches("6\\", "6\\"));
}

static void two_stars_are_not_the_star(void **state) {
        (void) state;
        assert_false(version_pattern_matches("**", "6.1.0"));
}

static void repetition_of_usual_size_is_no_outrage(void **state) {
        (void) state;
        assert_true(
                version_pattern_matches("^([0-9]{1,3}\\.){2}[0-9]{1,3}-[0-9]{1,2}-", "6.1.0-56-"));
}

static void nested_repetition_that_would_fill_the_memory_matches_nothing(void **state) {
        (void) state;
        assert_false(version_pattern_matches("((((a{0,250}){0,250}){0,250}){0,250})", "6.1.0"));
        assert_false(version_pattern_matches("a{99999999999999999999}{9999999999}", "6.1.0"));
}

/* Each plus sign behind another doubles what glibc makes of the pattern. */
static void stacked_plus_signs_match_nothing_and_usual_ones_do(void **state) {
        (void) state;
        assert_false(version_pattern_matches("(6++++++++++++++++++++++|7)", "6.1.0"));
        assert_true(version_pattern_matches("^[0-9]+\\.[0-9]+\\.[0-9]+-[0-9]+-[a-z]+",
                                            "6.1.0-56-amd64"));
}

static void repetitions_side_by_side_are_added(void **state) {
        (void) state;
        assert_true(version_pattern_matches("6|a{160}|a{160}|a{160}", "6.1.0"));
        assert_false(version_pattern_matches("6|a{160}|a{160}|a{160}|a{160}", "6.1.0"));
}

static void what_is_repeated_is_as_large_as_all_in_it(void **state) {
        static const char *const patterns[] = {
                "6|(a{100}){100}",          "6|(a{64})*{64}",
                "6|(()|()){1000}",          "6|([])]a{70}){70}",
                "6|([^]a]\\(a{70}\\)){70}", "6|((((aa)+)+)+){300}",
                "6|(a|b*c?d|e{50}){70}",    "6|a{4096}",
                "6|a{1,9}+++++++",
        };

        (void) state;
        for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
                assert_false(version_pattern_matches(patterns[i], "6.1.0"));
        assert_true(version_pattern_matches("6|(a{15}){15}|[+{999}]{1,9}|\\+|\\{999\\}", "6.1.0"));
}

static void pattern_that_is_too_long_matches_nothing(void **state) {
        char pattern[514] = "";

        (void) state;
        memset(pattern, '.', 512);
        for (size_t i = 1; i < 512; i += 2)
                pattern[i] = '*';
        assert_true(version_pattern_matches(pattern, "6.1.0"));

        pattern[512] = '.';
        assert_false(version_pattern_matches(pattern, "6.1.0"));
}

/* Of this kind are those that glibc does not come to an end with. */
static void pattern_without_bound_matches_nothing(void **state) {
        static const char *const patterns[] = {
                "6|()*",         "6|a*?",     "6|(^|$|a)*?",  "6|(a|(b*|c))+", "6|(|a)+",
                "6|(ab?|b?c?)+", "6|(.*)\\1", "6|(a*){2}",    "6|(\\b)*",      "6|(a|()()|b){2,}",
                "6|(a{,3})+",    "6|(a{0})+", "6|((|)|){40}",
        };
        char places[2 * 25 + 1] = "6";

        (void) state;
        for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
                assert_false(version_pattern_matches(patterns[i], "6.1.0"));

        for (size_t i = 0; i < 24; i++)
                strcat(places, "|^");
        assert_true(version_pattern_matches(places, "6.1.0"));
        strcat(places, "$");
        assert_false(version_pattern_matches(places, "6.1.0"));
}

static void parts_that_may_be_empty_are_no_outrage(void **state) {
        static const char *const patterns[] = {
                "^(6|5)(\\.[0-9]+)*$",
                "^6.*",
                "^((6?\\.)*1)*",
                "^6\\.1\\.0$|^6\\.6\\.",
                "(6)\\.",
                "(^|-)6",
                "^(6.1?|)",
                "^(a?6|b*6\\.)+",
        };

        (void) state;
        for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
                assert_true(version_pattern_matches(patterns[i], "6.1.0"));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(star_means_every_version),
                cmocka_unit_test(pattern_matches_anywhere_in_the_version),
                cmocka_unit_test(dot_is_a_wildcard),
                cmocka_unit_test(pattern_is_an_extended_expression),
                cmocka_unit_test(plus_of_a_version_is_not_literal),
                cmocka_unit_test(invalid_pattern_matches_nothing),
                cmocka_unit_test(two_stars_are_not_the_star),
                cmocka_unit_test(repetition_of_usual_size_is_no_outrage),
                cmocka_unit_test(nested_repetition_that_would_fill_the_memory_matches_nothing),
                cmocka_unit_test(stacked_plus_signs_match_nothing_and_usual_ones_do),
                cmocka_unit_test(repetitions_side_by_side_are_added),
                cmocka_unit_test(what_is_repeated_is_as_large_as_all_in_it),
                cmocka_unit_test(pattern_that_is_too_long_matches_nothing),
                cmocka_unit_test(pattern_without_bound_matches_nothing),
                cmocka_unit_test(parts_that_may_be_empty_are_no_outrage),
        };

        return cmocka_run_group_tests_name("version-pattern", tests, NULL, NULL);
}
