/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <errno.h>

#include "problem-text.h"
#include "problem.h"
#include "test-case.h"

static void every_kind_has_a_code_of_its_own(void **state) {
        (void) state;
        for (ProblemKind i = 0; i < PROBLEM_KINDS; i++) {
                const char *code = problem_code(i);

                assert_non_null(code);
                assert_true(islower(code[0]));
                assert_int_equal(strspn(code, "abcdefghijklmnopqrstuvwxyz-"), strlen(code));
                for (ProblemKind k = 0; k < i; k++)
                        assert_string_not_equal(code, problem_code(k));
        }
}

/* Specification section 8. */
static void severity_is_kmods(void **state) {
        static const struct {
                ProblemKind kind;
                ProblemSeverity severity;
        } cases[] = {
                { PROBLEM_CONFIG_BAD_LINE, PROBLEM_ERROR },
                { PROBLEM_CONFIG_SUBDIRECTORY, PROBLEM_ERROR },
                { PROBLEM_CONFIG_NAME, PROBLEM_INFO },
                { PROBLEM_CONFIG_NO_MATCH, PROBLEM_INFO },
                { PROBLEM_CONFIG_MASKED, PROBLEM_DEBUG },
                { PROBLEM_DIRECTORY_UNREADABLE, PROBLEM_ERROR },
                { PROBLEM_ENTRY_TYPE, PROBLEM_ERROR },
                { PROBLEM_MODULE_SHADOWED, PROBLEM_DEBUG },
                { PROBLEM_INPUT_MISSING, PROBLEM_WARNING },
                { PROBLEM_ORDER_CORRUPT, PROBLEM_ERROR },
                { PROBLEM_BUILTIN_LINE, PROBLEM_ERROR },
                { PROBLEM_BUILTIN_FIELD, PROBLEM_WARNING },
                { PROBLEM_MODULE_UNREADABLE, PROBLEM_ERROR },
                { PROBLEM_SYMBOL_UNKNOWN, PROBLEM_WARNING },
                { PROBLEM_CYCLE, PROBLEM_ERROR },
                { PROBLEM_ALIAS_BRACKETS, PROBLEM_WARNING },
                { PROBLEM_DUPLICATE_VALUE, PROBLEM_WARNING },
                { PROBLEM_DEVNAME, PROBLEM_ERROR },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                assert_int_equal(problem_severity(cases[i].kind), cases[i].severity);
}

static void problems_keep_their_order_and_their_own_strings(void **state) {
        _cleanup_problem_list_ ProblemList list = {};
        char path[] = "/m/a.ko", subject[] = "printk", detail[] = "why";

        (void) state;
        assert_int_equal(problem_list_add(&list, &(Problem){ .kind = PROBLEM_SYMBOL_UNKNOWN,
                                                             .path = path,
                                                             .subject = subject,
                                                             .detail = detail,
                                                             .line = 3,
                                                             .number = 7,
                                                             .error = ENOENT }),
                         0);
        assert_int_equal(problem_list_add(&list, &(Problem){ .kind = PROBLEM_CYCLE }), 0);
        path[0] = subject[0] = detail[0] = '!';

        assert_problems(&list, "unresolved-symbol /m/a.ko:3 'printk' (why) #7 ENOENT\n"
                               "dependency-cycle\n");
        assert_null(list.items[1].path);
        assert_null(list.items[1].subject);
        assert_null(list.items[1].detail);
}

static void many_problems_are_kept(void **state) {
        _cleanup_problem_list_ ProblemList list = {};

        (void) state;
        for (uint32_t i = 0; i < 1000; i++)
                assert_int_equal(
                        problem_list_add(&list, &(Problem){ .kind = PROBLEM_CYCLE, .line = i }), 0);
        assert_int_equal(list.count, 1000);
        for (uint32_t i = 0; i < 1000; i++)
                assert_int_equal(list.items[i].line, i);
}

static void without_a_list_a_problem_is_dropped(void **state) {
        (void) state;
        assert_int_equal(problem_list_add(NULL, &(Problem){ .kind = PROBLEM_CYCLE }), 0);
}

static void problems_below_the_least_severity_are_dropped(void **state) {
        static const ProblemKind kinds[] = {
                [PROBLEM_DEBUG] = PROBLEM_CONFIG_MASKED,
                [PROBLEM_INFO] = PROBLEM_CONFIG_NAME,
                [PROBLEM_WARNING] = PROBLEM_SYMBOL_UNKNOWN,
                [PROBLEM_ERROR] = PROBLEM_CYCLE,
        };

        (void) state;
        for (ProblemSeverity least = PROBLEM_DEBUG; least <= PROBLEM_ERROR; least++) {
                _cleanup_problem_list_ ProblemList list = { .least = least };

                for (size_t i = 0; i < ELEMENTSOF(kinds); i++)
                        assert_int_equal(problem_list_add(&list, &(Problem){ .kind = kinds[i] }),
                                         0);
                assert_int_equal(list.count, ELEMENTSOF(kinds) - least);
                assert_int_equal(list.items[0].kind, kinds[least]);
        }
}

static void moved_problems_follow_those_that_are_there(void **state) {
        _cleanup_problem_list_ ProblemList list = {}, from = {};

        (void) state;
        assert_int_equal(
                problem_list_add(&list, &(Problem){ .kind = PROBLEM_CYCLE, .subject = "a" }), 0);
        for (size_t i = 0; i < 20; i++)
                assert_int_equal(
                        problem_list_add(&from, &(Problem){ .kind = PROBLEM_CYCLE,
                                                            .subject = i == 19 ? "z" : "b" }),
                        0);

        assert_int_equal(problem_list_move(&list, &from), 0);
        assert_int_equal(list.count, 21);
        assert_string_equal(list.items[0].subject, "a");
        assert_string_equal(list.items[1].subject, "b");
        assert_string_equal(list.items[20].subject, "z");
        assert_int_equal(from.count, 0);
}

static void moving_nothing_changes_nothing(void **state) {
        _cleanup_problem_list_ ProblemList list = {}, from = {};

        (void) state;
        assert_int_equal(problem_list_move(&list, &from), 0);
        assert_int_equal(list.count, 0);
        assert_int_equal(
                problem_list_add(&list, &(Problem){ .kind = PROBLEM_CYCLE, .subject = "a" }), 0);
        assert_int_equal(problem_list_move(&list, &from), 0);
        assert_problems(&list, "dependency-cycle 'a'\n");
}

static void emptied_list_keeps_its_least_severity(void **state) {
        _cleanup_problem_list_ ProblemList list = { .least = PROBLEM_ERROR };

        (void) state;
        assert_int_equal(problem_list_add(&list, &(Problem){ .kind = PROBLEM_CYCLE }), 0);
        problem_list_done(&list);
        assert_int_equal(list.count, 0);
        assert_int_equal(problem_list_add(&list, &(Problem){ .kind = PROBLEM_CONFIG_NAME }), 0);
        assert_int_equal(list.count, 0);
}

static void problem_is_found_if_every_part_of_it_is_the_same(void **state) {
        const Problem same = { .kind = PROBLEM_SYMBOL_UNKNOWN,
                               .path = "a.ko",
                               .subject = "printk",
                               .detail = "why",
                               .line = 3,
                               .number = 7,
                               .error = ENOENT };
        Problem others[] = { same, same, same, same, same, same, same, same };
        _cleanup_problem_list_ ProblemList list = {};
        char copy[] = "a.ko";
        size_t at = 0;

        (void) state;
        others[0].kind = PROBLEM_SYMBOL_DISAGREES;
        others[1].path = "b.ko";
        others[2].subject = NULL;
        others[3].detail = "";
        others[4].line = 4;
        others[5].number = 8;
        others[6].error = 0;
        others[7].path = copy;
        assert_false(problem_list_has(&list, &same, &at));
        assert_int_equal(problem_list_add(&list, &(Problem){ .kind = PROBLEM_CYCLE }), 0);
        assert_int_equal(problem_list_add(&list, &same), 0);
        for (size_t i = 0; i < ELEMENTSOF(others); i++)
                assert_int_equal(problem_list_has(&list, &others[i], &at), i == 7);
}

static void search_goes_on_behind_what_was_found_and_round(void **state) {
        const char *const subjects[] = { "a", "b", "c" };
        _cleanup_problem_list_ ProblemList list = {};
        Problem problem = { .kind = PROBLEM_CYCLE };
        size_t at = 0;

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(subjects); i++) {
                problem.subject = subjects[i];
                assert_int_equal(problem_list_add(&list, &problem), 0);
        }
        for (size_t i = 0; i < ELEMENTSOF(subjects); i++) {
                problem.subject = subjects[i];
                assert_true(problem_list_has(&list, &problem, &at));
                assert_int_equal(at, i + 1);
        }

        problem.subject = "a";
        assert_true(problem_list_has(&list, &problem, &at));
        assert_int_equal(at, 1);
        problem.subject = "d";
        assert_false(problem_list_has(&list, &problem, &at));
        assert_int_equal(at, 1);
}

static void lists_are_equal_if_they_say_the_same_in_the_same_order(void **state) {
        const Problem one = { .kind = PROBLEM_CYCLE, .subject = "a" };
        const Problem other = { .kind = PROBLEM_CYCLE, .subject = "b" };
        _cleanup_problem_list_ ProblemList a = {}, b = {}, turned = {};

        (void) state;
        assert_true(problem_list_is_equal(&a, &b));
        assert_int_equal(problem_list_add(&a, &one), 0);
        assert_false(problem_list_is_equal(&a, &b));
        assert_false(problem_list_is_equal(&b, &a));
        assert_int_equal(problem_list_add(&a, &other), 0);
        assert_int_equal(problem_list_add(&b, &one), 0);
        assert_int_equal(problem_list_add(&b, &other), 0);
        assert_int_equal(problem_list_add(&turned, &other), 0);
        assert_int_equal(problem_list_add(&turned, &one), 0);
        assert_true(problem_list_is_equal(&a, &b));
        assert_false(problem_list_is_equal(&a, &turned));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_kind_has_a_code_of_its_own),
                cmocka_unit_test(severity_is_kmods),
                cmocka_unit_test(problems_keep_their_order_and_their_own_strings),
                cmocka_unit_test(many_problems_are_kept),
                cmocka_unit_test(without_a_list_a_problem_is_dropped),
                cmocka_unit_test(problems_below_the_least_severity_are_dropped),
                cmocka_unit_test(moved_problems_follow_those_that_are_there),
                cmocka_unit_test(moving_nothing_changes_nothing),
                cmocka_unit_test(problem_is_found_if_every_part_of_it_is_the_same),
                cmocka_unit_test(search_goes_on_behind_what_was_found_and_round),
                cmocka_unit_test(lists_are_equal_if_they_say_the_same_in_the_same_order),
                cmocka_unit_test(emptied_list_keeps_its_least_severity),
        };

        return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
