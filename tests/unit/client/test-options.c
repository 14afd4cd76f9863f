/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"

#include <errno.h>

#include "test-case.h"

#define WORDS_MAX 8

static const Option own[] = {
        { "all", 'a', NULL, "", offsetof(Options, all) },
        { "who", 0, "WHO", "", offsetof(Options, who) },
        { "full", 0, NULL, "", offsetof(Options, reparse) },
        {},
};

/* A command line, moved about by the parser. */
typedef struct CommandLine {
        char *words[WORDS_MAX];
        int n_words;
        Options options;
} CommandLine;

static int parse(CommandLine *line, bool until_argument, const char *const *words) {
        *line = (CommandLine){ .words = { (char *) "depmodctl verb" }, .n_words = 1 };
        for (; *words; words++)
                line->words[line->n_words++] = (char *) *words;
        return options_parse(&line->options, own, line->n_words, line->words, until_argument);
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void letters_and_long_names_are_the_same(void **state) {
        CommandLine line;

        (void) state;
        assert_int_equal(parse(&line, false, WORDS("-aq", "-k", "6.1", "-lj")), 5);
        assert_true(line.options.all && line.options.quiet && line.options.full &&
                    line.options.json_by_terminal);
        assert_string_equal(line.options.kernel, "6.1");

        assert_int_equal(parse(&line, false, WORDS("--all", "--quiet", "--kernel=6.1")), 4);
        assert_true(line.options.all && line.options.quiet);
        assert_string_equal(line.options.kernel, "6.1");
        assert_false(line.options.tree || line.options.offline || line.options.help);
}

static void options_may_stand_behind_arguments(void **state) {
        CommandLine line;

        (void) state;
        assert_int_equal(parse(&line, false, WORDS("ext4", "--who", "me", "xfs", "-a")), 4);
        assert_string_equal(line.words[4], "ext4");
        assert_string_equal(line.words[5], "xfs");
        assert_string_equal(line.options.who, "me");
        assert_true(line.options.all);
}

static void a_command_keeps_its_own_options(void **state) {
        CommandLine line;

        (void) state;
        assert_int_equal(parse(&line, true, WORDS("--who=me", "sh", "-a", "--quiet")), 2);
        assert_string_equal(line.words[2], "sh");
        assert_string_equal(line.words[3], "-a");
        assert_false(line.options.all || line.options.quiet);
}

static void a_verbs_own_option_goes_before_a_common_one(void **state) {
        CommandLine line;

        (void) state;
        assert_int_equal(parse(&line, false, WORDS("--full")), 2);
        assert_true(line.options.reparse);
        assert_false(line.options.full);
}

static void wrong_options_are_refused(void **state) {
        CommandLine line;

        (void) state;
        assert_int_equal(parse(&line, false, WORDS("--surprise")), -EINVAL);
        assert_int_equal(parse(&line, false, WORDS("-x")), -EINVAL);
        assert_int_equal(parse(&line, false, WORDS("--kernel")), -EINVAL);
        assert_int_equal(parse(&line, false, WORDS("--kernel=")), -EINVAL);
        assert_int_equal(parse(&line, false, WORDS("-k", "")), -EINVAL);
        assert_int_equal(parse(&line, false, WORDS("--all=yes")), -EINVAL);
}

static void json_has_three_modes(void **state) {
        (void) state;
        for (int i = 0; i < 3; i++) {
                static const char *const names[] = { "off", "short", "pretty" };
                Options options = { .json = names[i] };

                assert_int_equal(options_check(&options), 0);
                assert_int_equal(options.json_mode, i);
        }
        assert_int_equal(options_check(&(Options){ .json = "long" }), -EINVAL);
}

static void timeouts_are_seconds(void **state) {
        static const char *const wrong[] = { "0", "-1", "+1", " 1", "1s", "x", "99999999999" };
        Options options = { .timeout = "5" };

        (void) state;
        assert_int_equal(options_check(&options), 0);
        assert_int_equal(options.timeout_usec, 5000000);
        options.timeout = NULL;
        assert_int_equal(options_check(&options), 0);
        assert_int_equal(options.timeout_usec, 120000000);
        for (size_t i = 0; i < ELEMENTSOF(wrong); i++)
                assert_int_equal(options_check(&(Options){ .timeout = wrong[i] }), -EINVAL);
}

static void only_one_can_be_asked(void **state) {
        (void) state;
        assert_int_equal(options_check(&(Options){ .host = "a", .machine = "b" }), -EINVAL);
        assert_int_equal(options_check(&(Options){ .host = "a", .root = "/mnt" }), -EINVAL);
        assert_int_equal(options_check(&(Options){ .machine = "a", .offline = true }), -EINVAL);
        assert_int_equal(options_check(&(Options){ .root = "/mnt", .offline = true }), 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(letters_and_long_names_are_the_same),
                cmocka_unit_test(options_may_stand_behind_arguments),
                cmocka_unit_test(a_command_keeps_its_own_options),
                cmocka_unit_test(a_verbs_own_option_goes_before_a_common_one),
                cmocka_unit_test(wrong_options_are_refused),
                cmocka_unit_test(json_has_three_modes),
                cmocka_unit_test(timeouts_are_seconds),
                cmocka_unit_test(only_one_can_be_asked),
        };

        return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
