/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rank.h"

static void parse(Config *config, const char *text) {
        assert_int_equal(config_init(config), 0);
        assert_int_equal(config_parse(config, "x.conf", text, strlen(text), "6.1.0", NULL), 0);
}

static Rank rank_in(const char *text, const char *path) {
        _cleanup_config_ Config config = {};

        parse(&config, text);
        return config_rank(&config, path, strlen("mod_simple"));
}

/* For the path of a module mod_simple. */
static void assert_search(const char *text, const char *path, int64_t expected) {
        Rank rank = rank_in(text, path);

        assert_int_equal(rank.override, -1);
        assert_int_equal(rank.search, expected);
}

static void assert_override(const char *text, const char *path, int expected) {
        assert_int_equal(rank_in(text, path).override, expected);
}

static void without_configuration_updates_rank_above_all_else(void **state) {
        (void) state;
        assert_search("", "updates/mod_simple.ko", 0);
        assert_search("", "updates/dkms/mod_simple.ko.xz", 0);
        assert_search("", "kernel/fs/mod_simple.ko", -1);
        assert_search("", "mod_simple.ko", -1);
        assert_search("", "/ext/mod_simple.ko", -1);
}

static void first_listed_ranks_highest(void **state) {
        (void) state;
        assert_search("search a b\nsearch c", "a/mod_simple.ko", 2);
        assert_search("search a b\nsearch c", "b/mod_simple.ko", 1);
        assert_search("search a b\nsearch c", "c/mod_simple.ko", 0);
}

static void default_search_is_gone_when_another_is_listed(void **state) {
        (void) state;
        assert_search("search foo", "updates/mod_simple.ko", -1);
}

static void what_matches_nothing_has_the_rank_of_built_in(void **state) {
        (void) state;
        assert_search("search a built-in b", "kernel/mod_simple.ko", 1);
        assert_search("search a built-in b", "b/mod_simple.ko", 0);
        assert_search("search a built-in b", "/ext/mod_simple.ko", 1);
}

static void first_of_several_built_in_counts(void **state) {
        (void) state;
        assert_search("search built-in a built-in", "kernel/mod_simple.ko", 2);
}

static void directory_matches_whole_components(void **state) {
        (void) state;
        assert_search("search foobar foo built-in", "foobar/mod_simple.ko", 2);
        assert_search("search foo foobar built-in", "foobar/mod_simple.ko", 1);
        assert_search("search foo", "foo-bar/mod_simple.ko", -1);
        assert_search("search foo", "foo", -1);
        assert_search("search foo", "x/foo/mod_simple.ko", -1);
        assert_search("search updates/dkms", "updates/dkms/mod_simple.ko", 0);
        assert_search("search updates/dkms", "updates/mod_simple.ko", -1);
}

static void directory_with_trailing_slash_never_matches(void **state) {
        (void) state;
        assert_search("search updates/", "updates/mod_simple.ko", -1);
}

static void highest_of_several_matches_counts(void **state) {
        (void) state;
        assert_search("search foo x foo/bar y", "foo/bar/mod_simple.ko", 3);
        assert_search("search foo/bar x foo y", "foo/bar/mod_simple.ko", 3);
        assert_search("search foo/bar x foo y", "foo/mod_simple.ko", 1);
}

/* The numbers are those that kmod 34.2 prints with -vvv. */
#define EXTERNALS "external * /ext/e1\nexternal * /ext/e2\n"

static void external_takes_a_number_for_each_directory_and_one_more(void **state) {
        (void) state;
        assert_search(EXTERNALS "search foo external bar", "foo/mod_simple.ko", 4);
        assert_search(EXTERNALS "search foo external bar", "/ext/e1/mod_simple.ko", 2);
        assert_search(EXTERNALS "search foo external bar", "/ext/e2/mod_simple.ko", 1);
        assert_search(EXTERNALS "search foo external bar", "bar/mod_simple.ko", 0);
}

static void external_takes_one_number_without_directories(void **state) {
        (void) state;
        assert_search("search foo external bar", "foo/mod_simple.ko", 2);
}

static void first_of_several_external_counts(void **state) {
        (void) state;
        assert_search(EXTERNALS "search external built-in external built-in kernel external",
                      "/ext/e2/mod_simple.ko", 9);
        assert_search(EXTERNALS "search external built-in external built-in kernel external",
                      "updates/mod_simple.ko", 8);
}

static void external_directory_matches_whole_components(void **state) {
        (void) state;
        assert_search(EXTERNALS "search external built-in", "/ext/e11/mod_simple.ko", 0);
}

static void external_directory_keeps_its_trailing_slash(void **state) {
        (void) state;
        assert_search("external * /ext/\nsearch external", "/ext//mod_simple.ko", 0);
}

static void highest_of_nested_external_directories_counts(void **state) {
        (void) state;
        assert_search("external * /e/s\nexternal * /e\nsearch external", "/e/s/mod_simple.ko", 1);
        assert_search("external * /e\nexternal * /e/s\nsearch external", "/e/s/mod_simple.ko", 1);
}

static void external_directory_is_unranked_without_the_token(void **state) {
        (void) state;
        assert_search(EXTERNALS "search foo", "/ext/e1/mod_simple.ko", -1);
}

static void absolute_path_matches_no_directory_and_no_override(void **state) {
        (void) state;
        assert_search("search /ext", "/ext/mod_simple.ko", -1);
        assert_override("override mod_simple * /ext", "/ext/mod_simple.ko", -1);
}

static void override_matches_directory_and_name(void **state) {
        const char *text = "override mod_simple * over";

        (void) state;
        assert_override(text, "over/mod_simple.ko", 0);
        assert_override(text, "over/mod_simple.ko.xz", 0);
        assert_override(text, "over/sub/mod_simple.ko", -1);
        assert_override(text, "x/over/mod_simple.ko", -1);
        assert_override(text, "overmod_simple.ko", -1);
        assert_override(text, "over/mod_simpl.ko", -1);
}

static void override_is_spelled_like_the_file(void **state) {
        (void) state;
        assert_override("override mod_simple * over", "over/mod-simple.ko", -1);
        assert_override("override mod-simple * over", "over/mod-simple.ko", 0);
}

static void override_directory_with_slash_or_dot_never_matches(void **state) {
        (void) state;
        assert_override("override mod_simple * over/", "over/mod_simple.ko", -1);
        assert_override("override mod_simple * .", "mod_simple.ko", -1);
}

static void later_override_wins(void **state) {
        const char *text = "override mod_simple * a\noverride mod_simple * b\n"
                           "override mod_simple * a\n";

        (void) state;
        assert_override(text, "a/mod_simple.ko", 2);
        assert_override(text, "b/mod_simple.ko", 1);
        assert_true(rank_compare(rank_in(text, "a/mod_simple.ko"),
                                 rank_in(text, "b/mod_simple.ko")) > 0);
}

static void override_beats_every_search(void **state) {
        const char *text = "search foo built-in\noverride mod_simple * over";

        (void) state;
        assert_true(rank_compare(rank_in(text, "over/mod_simple.ko"),
                                 rank_in(text, "foo/mod_simple.ko")) > 0);
        assert_true(rank_compare(rank_in(text, "foo/mod_simple.ko"),
                                 rank_in(text, "over/mod_simple.ko")) < 0);
}

static void name_size_beyond_the_file_name_reads_no_further(void **state) {
        _cleanup_config_ Config config = {};

        (void) state;
        parse(&config, "override m * a");
        assert_int_equal(config_rank(&config, "a/m", 100).override, 0);
        assert_int_equal(config_rank(&config, "a/", 0).override, -1);
        assert_int_equal(config_rank(&config, "", 0).override, -1);
}

static void ranks_are_compared_by_override_then_search(void **state) {
        (void) state;
        assert_int_equal(rank_compare((Rank){ 1, 2 }, (Rank){ 1, 2 }), 0);
        assert_true(rank_compare((Rank){ 0, 0 }, (Rank){ -1, 9 }) > 0);
        assert_true(rank_compare((Rank){ -1, 1 }, (Rank){ -1, 2 }) < 0);
        assert_true(rank_compare((Rank){ -1, 0 }, (Rank){ -1, -1 }) > 0);
}

static void assert_rule(const char *text, const char *winner, const char *loser,
                        const char *expected) {
        _cleanup_config_ Config config = {};
        _cleanup_buffer_ Buffer rule = {};

        parse(&config, text);
        rank_append_rule(&config, config_rank(&config, winner, strlen("mod_simple")),
                         config_rank(&config, loser, strlen("mod_simple")), &rule);
        buffer_append_byte(&rule, '\0');
        assert_int_equal(buffer_error(&rule), 0);
        assert_string_equal(rule.data, expected);
}

static void rule_is_told_in_the_words_of_the_configuration(void **state) {
        const char *text = EXTERNALS "search foo external foo/sub built-in low\n"
                                     "override mod_simple * a\noverride mod_simple * b\n";

        (void) state;
        assert_rule("", "updates/mod_simple.ko", "k/mod_simple.ko", "search updates");
        assert_rule("", "k/mod_simple.ko", "l/mod_simple.ko", "path order");
        assert_rule(text, "b/mod_simple.ko", "a/mod_simple.ko", "override b/mod_simple");
        assert_rule(text, "a/mod_simple.ko", "foo/mod_simple.ko", "override a/mod_simple");
        assert_rule(text, "foo/mod_simple.ko", "/ext/e1/mod_simple.ko", "search foo");
        assert_rule(text, "/ext/e1/mod_simple.ko", "/ext/e2/mod_simple.ko", "search external");
        assert_rule(text, "/ext/e2/mod_simple.ko", "k/mod_simple.ko", "search external");
        assert_rule(text, "k/mod_simple.ko", "low/mod_simple.ko", "search built-in");
        assert_rule(text, "low/x/mod_simple.ko", "low/y/mod_simple.ko", "path order");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(without_configuration_updates_rank_above_all_else),
                cmocka_unit_test(first_listed_ranks_highest),
                cmocka_unit_test(default_search_is_gone_when_another_is_listed),
                cmocka_unit_test(what_matches_nothing_has_the_rank_of_built_in),
                cmocka_unit_test(first_of_several_built_in_counts),
                cmocka_unit_test(directory_matches_whole_components),
                cmocka_unit_test(directory_with_trailing_slash_never_matches),
                cmocka_unit_test(highest_of_several_matches_counts),
                cmocka_unit_test(external_takes_a_number_for_each_directory_and_one_more),
                cmocka_unit_test(external_takes_one_number_without_directories),
                cmocka_unit_test(first_of_several_external_counts),
                cmocka_unit_test(external_directory_matches_whole_components),
                cmocka_unit_test(external_directory_keeps_its_trailing_slash),
                cmocka_unit_test(highest_of_nested_external_directories_counts),
                cmocka_unit_test(external_directory_is_unranked_without_the_token),
                cmocka_unit_test(absolute_path_matches_no_directory_and_no_override),
                cmocka_unit_test(override_matches_directory_and_name),
                cmocka_unit_test(override_is_spelled_like_the_file),
                cmocka_unit_test(override_directory_with_slash_or_dot_never_matches),
                cmocka_unit_test(later_override_wins),
                cmocka_unit_test(override_beats_every_search),
                cmocka_unit_test(name_size_beyond_the_file_name_reads_no_further),
                cmocka_unit_test(ranks_are_compared_by_override_then_search),
                cmocka_unit_test(rule_is_told_in_the_words_of_the_configuration),
        };

        return cmocka_run_group_tests_name("rank", tests, NULL, NULL);
}
