/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model.h"

#include "model-case.h"

static void new_model_is_empty(void **state) {
        _cleanup_model_ Model model = {};

        (void) state;
        assert_int_equal(model_init(&model, "/m/1.0"), 0);
        assert_string_equal(model.tree.directory, "/m/1.0");
        assert_int_equal(model.tree.count, 0);
        assert_int_equal(model_link(&model), 0);
        assert_int_equal(model.graph.n_modules, 0);
}

static void model_may_be_linked_again(void **state) {
        _cleanup_model_ Model model = {};

        (void) state;
        model_script_link(&model, "module a.ko\nneed b\nmodule b.ko\nexport b\n");
        assert_int_equal(graph_n_edges(&model.graph, 0), 1);
        model_script_add(&model.tree, "module c.ko\nexport b\n");
        assert_int_equal(model_link(&model), 0);
        assert_int_equal(model.graph.n_modules, 3);
        assert_int_equal(graph_n_edges(&model.graph, 0), 1);
        assert_int_equal(graph_edges(&model.graph, 0)[0].provider, 2);
}

static void cycle_is_an_outcome(void **state) {
        _cleanup_model_ Model model = {};

        (void) state;
        assert_int_equal(model_init(&model, "/m/1.0"), 0);
        model_script_add(&model.tree, "module a.ko\nneed b\nexport a\nmodule b.ko\nexport b\n"
                                      "need a\n");
        assert_int_equal(model_link(&model), GRAPH_HAS_CYCLE);
}

/* The modules that are left, and the providers of what "top" needs. */
static void members_of_cycles_are_left_out_and_the_rest_is_linked(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_model_ Model model = {};

        (void) state;
        assert_int_equal(model_init(&model, "/m/1.0"), 0);
        assert_int_equal(symbol_table_put(&model.symbols, &model.tree, "k", 1, SYMBOL_KERNEL, 1),
                         0);
        model_script_add(&model.tree, "module top.ko\nneed a\nneed low\nneed k\nneed twice\n"
                                      "module k/a.ko\nexport a\nexport twice\nneed b\nneed low\n"
                                      "module /ext/b.ko\nexport b\nneed a\n"
                                      "module low.ko\nexport low\nexport twice\n"
                                      "module self.ko\nexport self\nexport twice\nneed self\n");
        assert_int_equal(model_link(&model), GRAPH_HAS_CYCLE);
        assert_int_equal(model_leave_out_cycles(&model, &problems), 0);

        assert_order(&model.tree, "top low");
        assert_problems(&problems, "left-out /m/1.0/k/a.ko\nleft-out /ext/b.ko\n"
                                   "left-out /m/1.0/self.ko\n");
        assert_int_equal(graph_n_edges(&model.graph, 0), 1);
        assert_int_equal(graph_edges(&model.graph, 0)[0].provider, 1);
        assert_int_equal(
                symbol_table_get(&model.symbols, string_table_find(model.tree.strings, "a", 1))
                        .provider,
                SYMBOL_NO_PROVIDER);
        assert_int_equal(
                symbol_table_get(&model.symbols, string_table_find(model.tree.strings, "twice", 5))
                        .provider,
                1);
        assert_int_equal(
                symbol_table_get(&model.symbols, string_table_find(model.tree.strings, "k", 1))
                        .provider,
                SYMBOL_KERNEL);
}

static void without_cycles_nothing_is_left_out(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_model_ Model model = {};

        (void) state;
        model_script_link(&model, "module a.ko\nneed b\nmodule b.ko\nexport b\n");
        assert_int_equal(model_leave_out_cycles(&model, &problems), 0);
        assert_order(&model.tree, "a b");
        assert_problems(&problems, "");
}

/* What c and b export is c's, and when c is left out b's, which closes a cycle of a and b. */
static void cycle_that_shows_when_another_is_left_out_is_left_out_too(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_model_ Model model = {};

        (void) state;
        assert_int_equal(model_init(&model, "/m/1.0"), 0);
        model_script_add(&model.tree, "module b.ko\nexport x\nneed a\nmodule a.ko\nexport a\n"
                                      "need x\nmodule c.ko\nexport x\nexport c\nneed c\n"
                                      "module d.ko\n");
        assert_int_equal(model_link(&model), GRAPH_HAS_CYCLE);
        assert_int_equal(model_leave_out_cycles(&model, &problems), 0);
        assert_order(&model.tree, "d");
        assert_problems(&problems,
                        "left-out /m/1.0/c.ko\nleft-out /m/1.0/b.ko\nleft-out /m/1.0/a.ko\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(new_model_is_empty),
                cmocka_unit_test(model_may_be_linked_again),
                cmocka_unit_test(cycle_is_an_outcome),
                cmocka_unit_test(members_of_cycles_are_left_out_and_the_rest_is_linked),
                cmocka_unit_test(without_cycles_nothing_is_left_out),
                cmocka_unit_test(cycle_that_shows_when_another_is_left_out_is_left_out_too),
        };

        return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
