/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "softdep.h"

#include "problem-text.h"
#include "query-case.h"

/* "<name " for those before, ">name " for those after, "~name " for weak ones. */
static void check(Softdep softdep, const char *expected) {
        static const char signs[] = {
                [SOFTDEP_PRE] = '<', [SOFTDEP_POST] = '>', [SOFTDEP_WEAK] = '~'
        };
        _cleanup_buffer_ Buffer text = {};

        while (softdep_next(&softdep))
                buffer_append_format(&text, "%c%.*s ", signs[softdep.part], (int) softdep.name_size,
                                     softdep.name);
        assert_text(&text, expected);
}

static void words_say_what_goes_before_and_after(void **state) {
        (void) state;
        check(softdep_of("pre: a b post: c"), "<a <b >c ");
        check(softdep_of("post: c pre: a\tb"), ">c <a <b ");
        check(softdep_of("pre: a pre: b"), "<a <b ");
        check(softdep_of("pre:  \t a \v\f\r b "), "<a <b ");
        check(softdep_of("pre: platform:a a-b"), "<platform:a <a-b ");
}

static void what_stands_before_the_words_counts_for_nothing(void **state) {
        (void) state;
        check(softdep_of(""), "");
        check(softdep_of("a b"), "");
        check(softdep_of("a pre: b"), "<b ");
        check(softdep_of("pre:a b"), "");
        check(softdep_of("PRE: a"), "");
        check(softdep_of("pre: pre:a"), "<pre:a ");
}

/* So does modprobe. */
static void word_behind_one_single_blank_is_not_understood(void **state) {
        (void) state;
        check(softdep_of(" pre: a post: b"), ">b ");
        check(softdep_of("\tpre: a post: b"), ">b ");
        check(softdep_of("  pre: a post: b"), "<a >b ");
        check(softdep_of(" x pre: a"), "<a ");
        check(softdep_of(" "), "");
}

static void weakdep_is_names_alone(void **state) {
        (void) state;
        check(weakdep_of(" a pre: b"), "~a ~pre: ~b ");
        check(weakdep_of(""), "");
}

static void name_that_nothing_has_is_a_problem_of_the_module(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        model_script_link(&query.model, "module k/a.ko\nsoftdep pre: b gone post: al built\n"
                                        "softdep pre: odd[ lost\nweakdep nowhere\n"
                                        "module /x/b.ko\nalias a*\nsoftdep post: missing\n");
        add_builtin_names(&query.model, "k/built.ko\n");
        query_case_start(&query);
        assert_int_equal(softdep_report_unknown(query.lookup, &problems), 0);
        assert_problems(&problems, "softdep-unknown /m/1.0/k/a.ko 'gone'\n"
                                   "softdep-unknown /m/1.0/k/a.ko 'odd['\n"
                                   "softdep-unknown /m/1.0/k/a.ko 'lost'\n"
                                   "softdep-unknown /x/b.ko 'missing'\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(words_say_what_goes_before_and_after),
                cmocka_unit_test(what_stands_before_the_words_counts_for_nothing),
                cmocka_unit_test(word_behind_one_single_blank_is_not_understood),
                cmocka_unit_test(weakdep_is_names_alone),
                cmocka_unit_test(name_that_nothing_has_is_a_problem_of_the_module),
        };

        return cmocka_run_group_tests_name("softdep", tests, NULL, NULL);
}
