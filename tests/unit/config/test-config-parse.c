/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "buffer.h"
#include "depmod-config.h"

#define VERSION "6.1.0-56-amd64"
#define DEFAULT "search updates\n"

static void describe_strings(Buffer *text, const char *what, char **strings, size_t n) {
        for (size_t i = 0; i < n; i++)
                buffer_append_format(text, "%s %s\n", what, strings[i]);
}

static void describe_problems(Buffer *text, const ProblemList *problems) {
        for (size_t i = 0; i < problems->count; i++) {
                const Problem *problem = &problems->items[i];

                assert_string_equal(problem->path, "/etc/depmod.d/x.conf");
                buffer_append_format(text, "%u: %s '%s'", problem->line,
                                     problem_code(problem->kind), problem->subject);
                if (problem->detail)
                        buffer_append_format(text, " %s", problem->detail);
                buffer_append_byte(text, '\n');
        }
}

/* All that a configuration says, a line for each thing; the two tokens stand in brackets. */
static void describe(Buffer *text, const Config *config, const ProblemList *problems) {
        for (size_t i = 0; i < config->n_searches; i++) {
                const ConfigSearch *search = &config->searches[i];

                buffer_append_format(text, "search %s\n",
                                     search->kind == CONFIG_SEARCH_BUILTIN    ? "<built-in>"
                                     : search->kind == CONFIG_SEARCH_EXTERNAL ? "<external>"
                                                                              : search->directory);
        }
        describe_strings(text, "override", config->overrides, config->n_overrides);
        describe_strings(text, "external", config->externals, config->n_externals);
        describe_strings(text, "exclude", config->excludes, config->n_excludes);
        describe_problems(text, problems);
        buffer_append_byte(text, '\0');
}

/* The bytes lie in memory of their own, so that the sanitizer sees a read behind their end. */
static void check(const char *bytes, size_t size, const char *expected) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_config_ Config config = {};
        _cleanup_buffer_ Buffer text = {};
        _cleanup_free_ char *copy = malloc(size > 0 ? size : 1);

        assert_non_null(copy);
        memcpy(copy, bytes, size);
        assert_int_equal(config_init(&config), 0);
        assert_int_equal(
                config_parse(&config, "/etc/depmod.d/x.conf", copy, size, VERSION, &problems), 0);
        describe(&text, &config, &problems);
        assert_int_equal(buffer_error(&text), 0);
        assert_string_equal(text.data, expected);
}

#define CHECK(literal, expected) check((literal), sizeof(literal) - 1, (expected))

static void searches_are_kept_in_the_order_of_the_lines(void **state) {
        (void) state;
        CHECK("search foo bar\nsearch baz foo\n",
              "search foo\nsearch bar\nsearch baz\nsearch foo\n");
}

static void built_in_and_external_are_tokens(void **state) {
        (void) state;
        CHECK("search external built-in builtin\n",
              "search <external>\nsearch <built-in>\nsearch builtin\n");
}

static void search_without_a_word_keeps_the_default(void **state) {
        (void) state;
        CHECK("search\nsearch \t \n", DEFAULT);
}

static void token_alone_replaces_the_default(void **state) {
        (void) state;
        CHECK("search built-in\n", "search <built-in>\n");
}

static void search_directory_is_kept_as_written(void **state) {
        (void) state;
        CHECK("search updates/ /abs ./x a/b\n",
              "search updates/\nsearch /abs\nsearch ./x\nsearch a/b\n");
}

static void override_is_directory_and_name(void **state) {
        (void) state;
        CHECK("override mod-simple * weak-updates/x\n",
              DEFAULT "override weak-updates/x/mod-simple\n");
}

static void words_behind_the_third_of_an_override_are_ignored(void **state) {
        (void) state;
        CHECK("override m * a b c\n", DEFAULT "override a/m\n");
}

static void override_of_another_version_is_told_and_ignored(void **state) {
        (void) state;
        CHECK("\noverride m ^5 a\n", DEFAULT "2: config-no-match 'override kernel' ^5\n");
}

static void override_with_too_few_words_is_a_bad_line(void **state) {
        (void) state;
        CHECK("override\noverride m\noverride m *\n",
              DEFAULT "1: config-bad-line 'override'\n2: config-bad-line 'override'\n"
                      "3: config-bad-line 'override'\n");
}

static void externals_are_kept_in_the_order_of_the_lines(void **state) {
        (void) state;
        CHECK("external * /b/\nexternal 6\\.1 /a more\n", DEFAULT "external /b/\nexternal /a\n");
}

static void external_of_another_version_is_told_and_ignored(void **state) {
        (void) state;
        CHECK("external ^5 /a\n", DEFAULT "1: config-no-match 'external directory' ^5\n");
}

static void external_with_too_few_words_is_a_bad_line(void **state) {
        (void) state;
        CHECK("external\nexternal *\n",
              DEFAULT "1: config-bad-line 'external'\n2: config-bad-line 'external'\n");
}

static void excludes_are_kept(void **state) {
        (void) state;
        CHECK("exclude .git old\nexclude\nexclude x\n",
              DEFAULT "exclude .git\nexclude old\nexclude x\n");
}

static void what_kmod_does_not_implement_is_told(void **state) {
        (void) state;
        CHECK("include /x\nmake_map_files\n", DEFAULT
              "1: config-unimplemented 'include'\n2: config-unimplemented 'make_map_files'\n");
}

static void unknown_keyword_is_a_bad_line(void **state) {
        (void) state;
        CHECK("Search foo\nsearches a\nsearc b\n",
              DEFAULT "1: config-bad-line 'Search'\n2: config-bad-line 'searches'\n"
                      "3: config-bad-line 'searc'\n");
}

static void bad_line_does_not_hide_the_next(void **state) {
        (void) state;
        CHECK("nonsense\nsearch foo\n", "search foo\n1: config-bad-line 'nonsense'\n");
}

static void comment_begins_in_column_one(void **state) {
        (void) state;
        CHECK("#search a\n # search b\n", DEFAULT "2: config-bad-line '#'\n");
}

static void comment_goes_on_behind_a_backslash(void **state) {
        (void) state;
        CHECK("# x \\\nsearch foo\n", DEFAULT);
}

static void hash_behind_a_dropped_backslash_is_a_comment(void **state) {
        (void) state;
        CHECK("\\#x\n\\\n#x\n", DEFAULT);
}

static void blank_lines_are_nothing(void **state) {
        (void) state;
        CHECK("\n   \n\t\n \\\n\nbad", DEFAULT "6: config-bad-line 'bad'\n");
}

static void empty_file_says_nothing(void **state) {
        (void) state;
        CHECK("", DEFAULT);
}

static void words_are_separated_by_runs_of_blanks_and_tabs(void **state) {
        (void) state;
        CHECK("\t search \t foo\t\tbar \n", "search foo\nsearch bar\n");
}

static void carriage_return_and_other_blanks_are_ordinary(void **state) {
        (void) state;
        CHECK("search foo\r\nsearch a\vb\f\n\r\n",
              "search foo\r\nsearch a\vb\f\n3: config-bad-line '\r'\n");
}

static void last_line_needs_no_newline(void **state) {
        (void) state;
        CHECK("search foo", "search foo\n");
}

static void backslash_newline_joins_with_nothing_between(void **state) {
        (void) state;
        CHECK("sea\\\nrch fo\\\n\\\no \\\nbar\n", "search foo\nsearch bar\n");
}

static void line_number_is_that_of_the_last_line_joined(void **state) {
        (void) state;
        CHECK("bad\\\n\\\n\\\nx y\nbad\n",
              DEFAULT "4: config-bad-line 'badx'\n5: config-bad-line 'bad'\n");
}

static void backslash_newline_at_the_end_counts_a_line(void **state) {
        (void) state;
        CHECK("bad\\\n", DEFAULT "2: config-bad-line 'bad'\n");
}

static void backslash_before_another_character_is_dropped(void **state) {
        (void) state;
        CHECK("search f\\oo a\\ b\n", "search foo\nsearch a\nsearch b\n");
}

static void doubled_backslash_is_one_and_ends_no_line(void **state) {
        (void) state;
        CHECK("search foo\\\\\nbar\n", "search foo\\\n2: config-bad-line 'bar'\n");
}

static void backslash_at_the_end_is_dropped(void **state) {
        (void) state;
        CHECK("search foo\\", "search foo\n");
        CHECK("\\", DEFAULT);
        CHECK("bad\\", DEFAULT "1: config-bad-line 'bad'\n");
}

static void nul_hides_the_rest_of_its_line(void **state) {
        (void) state;
        CHECK("search foo\0bar\nsearch x\n", "search foo\nsearch x\n");
        CHECK("\0search foo\nbad\0\\\nx\nbad2",
              DEFAULT "3: config-bad-line 'bad'\n4: config-bad-line 'bad2'\n");
        CHECK("bad\\\0x\n", DEFAULT "1: config-bad-line 'bad'\n");
        CHECK("\0", DEFAULT);
}

static void bytes_above_ascii_are_ordinary(void **state) {
        (void) state;
        CHECK("search \xff\x80\xc3\xa4\n", "search \xff\x80\xc3\xa4\n");
}

static void very_long_line_is_one_line(void **state) {
        _cleanup_config_ Config config = {};
        _cleanup_buffer_ Buffer text = {};

        (void) state;
        buffer_append_string(&text, "exclude ");
        for (size_t i = 0; i < 100000; i++)
                buffer_append_string(&text, "x\\\n");
        buffer_append_string(&text, " y");

        assert_int_equal(config_parse(&config, "x.conf", text.data, text.size, VERSION, NULL), 0);
        assert_int_equal(config.n_excludes, 2);
        assert_int_equal(strlen(config.excludes[0]), 100000);
        assert_string_equal(config.excludes[1], "y");
}

static void second_file_adds_to_the_first(void **state) {
        _cleanup_config_ Config config = {};

        (void) state;
        assert_int_equal(config_init(&config), 0);
        assert_int_equal(config_parse(&config, "a", "search a", 8, VERSION, NULL), 0);
        assert_int_equal(config_parse(&config, "b", "search b", 8, VERSION, NULL), 0);
        assert_int_equal(config.n_searches, 2);
        assert_string_equal(config.searches[0].directory, "a");
        assert_string_equal(config.searches[1].directory, "b");
}

static void listed_updates_are_not_the_default(void **state) {
        _cleanup_config_ Config config = {};

        (void) state;
        assert_int_equal(config_init(&config), 0);
        assert_int_equal(config_parse(&config, "a", "search updates", 14, VERSION, NULL), 0);
        assert_int_equal(config_parse(&config, "b", "search b", 8, VERSION, NULL), 0);
        assert_int_equal(config.n_searches, 2);
        assert_string_equal(config.searches[0].directory, "updates");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(searches_are_kept_in_the_order_of_the_lines),
                cmocka_unit_test(built_in_and_external_are_tokens),
                cmocka_unit_test(search_without_a_word_keeps_the_default),
                cmocka_unit_test(token_alone_replaces_the_default),
                cmocka_unit_test(search_directory_is_kept_as_written),
                cmocka_unit_test(override_is_directory_and_name),
                cmocka_unit_test(words_behind_the_third_of_an_override_are_ignored),
                cmocka_unit_test(override_of_another_version_is_told_and_ignored),
                cmocka_unit_test(override_with_too_few_words_is_a_bad_line),
                cmocka_unit_test(externals_are_kept_in_the_order_of_the_lines),
                cmocka_unit_test(external_of_another_version_is_told_and_ignored),
                cmocka_unit_test(external_with_too_few_words_is_a_bad_line),
                cmocka_unit_test(excludes_are_kept),
                cmocka_unit_test(what_kmod_does_not_implement_is_told),
                cmocka_unit_test(unknown_keyword_is_a_bad_line),
                cmocka_unit_test(bad_line_does_not_hide_the_next),
                cmocka_unit_test(comment_begins_in_column_one),
                cmocka_unit_test(comment_goes_on_behind_a_backslash),
                cmocka_unit_test(hash_behind_a_dropped_backslash_is_a_comment),
                cmocka_unit_test(blank_lines_are_nothing),
                cmocka_unit_test(empty_file_says_nothing),
                cmocka_unit_test(words_are_separated_by_runs_of_blanks_and_tabs),
                cmocka_unit_test(carriage_return_and_other_blanks_are_ordinary),
                cmocka_unit_test(last_line_needs_no_newline),
                cmocka_unit_test(backslash_newline_joins_with_nothing_between),
                cmocka_unit_test(line_number_is_that_of_the_last_line_joined),
                cmocka_unit_test(backslash_newline_at_the_end_counts_a_line),
                cmocka_unit_test(backslash_before_another_character_is_dropped),
                cmocka_unit_test(doubled_backslash_is_one_and_ends_no_line),
                cmocka_unit_test(backslash_at_the_end_is_dropped),
                cmocka_unit_test(nul_hides_the_rest_of_its_line),
                cmocka_unit_test(bytes_above_ascii_are_ordinary),
                cmocka_unit_test(very_long_line_is_one_line),
                cmocka_unit_test(second_file_adds_to_the_first),
                cmocka_unit_test(listed_updates_are_not_the_default),
        };

        return cmocka_run_group_tests_name("config-parse", tests, NULL, NULL);
}
