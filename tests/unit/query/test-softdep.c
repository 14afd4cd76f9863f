/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "softdep.h"

#include <stdlib.h>

#include "problem-text.h"
#include "query-case.h"
#include "resolve.h"

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

static void add_word(Buffer *text, const char *letters, unsigned *seed) {
        for (int n = 1 + rand_r(seed) % 4; n > 0; n--)
                buffer_append(text, letters + (size_t) rand_r(seed) % strlen(letters), 1);
}

/* Modules whose aliases and softdeps are of so few letters that they meet. */
static void make_script(Buffer *script, unsigned *seed) {
        for (int m = 0; m < 12; m++) {
                buffer_append_string(script, "module k/");
                add_word(script, "ab", seed);
                buffer_append_format(script, "%d.ko\n", m % 3);
                for (int n = rand_r(seed) % 3; n > 0; n--) {
                        buffer_append_string(script, "alias ");
                        add_word(script, "aab-_*?:\\", seed);
                        buffer_append_string(script, "\nsoftdep pre: ");
                        add_word(script, "aab-_[", seed);
                        buffer_append_string(script, "\nweakdep ");
                        add_word(script, "ab_-]", seed);
                        buffer_append_byte(script, '\n');
                }
        }
        buffer_append_byte(script, '\0');
        assert_int_equal(buffer_error(script), 0);
}

static void assert_same_resolutions(const Lookup *lookup, Softdep softdep) {
        while (softdep_next(&softdep)) {
                _cleanup_free_ char *name = strndup(softdep.name, softdep.name_size);
                _cleanup_resolutions_ Resolutions x = {}, y = {};

                assert_int_equal(resolve_softdep(lookup, name, &x),
                                 resolve_alias(lookup, name, RESOLVE_MODPROBE, &y));
                assert_int_equal(x.count, y.count);
                for (size_t i = 0; i < x.count; i++) {
                        assert_int_equal(x.items[i].module, y.items[i].module);
                        assert_string_equal(x.items[i].pattern, y.items[i].pattern);
                }
        }
}

static void names_resolve_as_if_somebody_asked_for_them(void **state) {
        (void) state;
        for (unsigned round = 0; round < 300; round++) {
                _cleanup_query_case_ QueryCase query = {};
                const Tree *tree = &query.model.tree;
                _cleanup_buffer_ Buffer script = {};
                unsigned seed = round;

                make_script(&script, &seed);
                model_script_link(&query.model, script.data);
                add_builtin_aliases(&query.model, "b_in.alias=a*b\nb_in.alias=-?\n");
                query_case_start(&query);
                for (size_t m = 0; m < tree->count; m++) {
                        const Module *module = &tree->modules[m];

                        for (uint32_t i = 0; i < module->n_softdeps; i++)
                                assert_same_resolutions(
                                        query.lookup,
                                        softdep_of(tree_string(tree, module_softdeps(module)[i])));
                        for (uint32_t i = 0; i < module->n_weakdeps; i++)
                                assert_same_resolutions(
                                        query.lookup,
                                        weakdep_of(tree_string(tree, module_weakdeps(module)[i])));
                }
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(words_say_what_goes_before_and_after),
                cmocka_unit_test(what_stands_before_the_words_counts_for_nothing),
                cmocka_unit_test(word_behind_one_single_blank_is_not_understood),
                cmocka_unit_test(weakdep_is_names_alone),
                cmocka_unit_test(name_that_nothing_has_is_a_problem_of_the_module),
                cmocka_unit_test(names_resolve_as_if_somebody_asked_for_them),
        };

        return cmocka_run_group_tests_name("softdep", tests, NULL, NULL);
}
