/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shadowed.h"

#include "query-case.h"

/* Loser, winner and rule of each problem; NULL ends them. */
static void check(const char *const (*lost)[3], const char *expected) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_shadowed_list_ ShadowedList list = {};
        _cleanup_query_case_ QueryCase query = {};
        _cleanup_buffer_ Buffer text = {};

        query_case_init(&query, "module k/a.ko\nmodule k/snd-b.ko\n");
        assert_int_equal(problem_list_add(&problems, &(Problem){ .kind = PROBLEM_CYCLE,
                                                                 .path = "k/x.ko",
                                                                 .subject = "a -> b -> a" }),
                         0);
        for (; (*lost)[0]; lost++)
                assert_int_equal(
                        problem_list_add(&problems, &(Problem){ .kind = PROBLEM_MODULE_SHADOWED,
                                                                .path = (*lost)[0],
                                                                .subject = (*lost)[1],
                                                                .detail = (*lost)[2] }),
                        0);

        assert_int_equal(shadowed_find(query.lookup, &problems, &list), 0);
        for (size_t i = 0; i < list.count; i++)
                buffer_append_format(&text, "%s %s < %s %s\n", list.items[i].name,
                                     list.items[i].path, list.items[i].winner, list.items[i].rule);
        assert_text(&text, expected);
}

static void losers_come_by_path_with_their_module_name(void **state) {
        static const char *const lost[][3] = { { "z/snd-b.ko.xz", "k/snd-b.ko", "path order" },
                                               { "k/a.ko.gz", "k/a.ko", "search k" },
                                               {} };

        (void) state;
        check(lost, "a k/a.ko.gz < k/a.ko search k\n"
                    "snd_b z/snd-b.ko.xz < k/snd-b.ko path order\n");
        check(lost + 2, "");
}

static void all_lose_to_the_one_that_wins_in_the_end(void **state) {
        static const char *const lost[][3] = { { "h/a.ko", "i/a.ko", "search i" },
                                               { "i/a.ko", "j/a.ko", "path order" },
                                               { "j/a.ko", "k/a.ko", "override k/a" },
                                               { "l/a.ko", "k/a.ko", "override k/a" },
                                               {} };

        (void) state;
        check(lost, "a h/a.ko < k/a.ko override k/a\n"
                    "a i/a.ko < k/a.ko override k/a\n"
                    "a j/a.ko < k/a.ko override k/a\n"
                    "a l/a.ko < k/a.ko override k/a\n");
}

static void strongest_rule_on_the_way_decides(void **state) {
        static const char *const lost[][3] = { { "h/a.ko", "i/a.ko", "search i" },
                                               { "i/a.ko", "k/a.ko", "path order" },
                                               {} };

        (void) state;
        check(lost, "a h/a.ko < k/a.ko search i\na i/a.ko < k/a.ko path order\n");
}

static void file_that_is_met_twice_stands_once(void **state) {
        static const char *const lost[][3] = { { "h/a.ko", "k/a.ko", "path order" },
                                               { "h/a.ko", "k/a.ko", "path order" },
                                               {} };

        (void) state;
        check(lost, "a h/a.ko < k/a.ko path order\n");
}

static void module_that_was_left_out_has_a_name_if_the_tree_knows_it(void **state) {
        static const char *const lost[][3] = { { "h/gone.ko", "k/gone.ko", "path order" }, {} };

        (void) state;
        check(lost, " h/gone.ko < k/gone.ko path order\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(losers_come_by_path_with_their_module_name),
                cmocka_unit_test(all_lose_to_the_one_that_wins_in_the_end),
                cmocka_unit_test(strongest_rule_on_the_way_decides),
                cmocka_unit_test(file_that_is_met_twice_stands_once),
                cmocka_unit_test(module_that_was_left_out_has_a_name_if_the_tree_knows_it),
        };

        return cmocka_run_group_tests_name("shadowed", tests, NULL, NULL);
}
