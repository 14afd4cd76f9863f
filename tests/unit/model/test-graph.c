/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph.h"

#include "model-case.h"

#define _cleanup_symbols_ _cleanup_(symbol_table_done)
#define _cleanup_graph_ _cleanup_(graph_done)

/* "a>b(symbol) " for each edge, in the graph's order. */
static void assert_edges(const Graph *graph, const Tree *tree, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (uint32_t m = 0; m < graph->n_modules; m++) {
                for (uint32_t i = 0; i < graph_n_edges(graph, m); i++) {
                        const Edge *edge = &graph_edges(graph, m)[i];

                        buffer_append_format(&text, "%s>%s(%s) ", tree_module_name(tree, m),
                                             tree_module_name(tree, edge->provider),
                                             tree_string(tree, edge->symbol));
                }
        }
        assert_text(&text, expected);
}

static int link_tree(Graph *graph, SymbolTable *symbols, Tree *tree) {
        assert_int_equal(symbol_table_put_modules(symbols, tree), 0);
        return graph_link(graph, tree, symbols);
}

static void check_edges(const char *script, const char *expected) {
        _cleanup_symbols_ SymbolTable symbols = {};
        _cleanup_graph_ Graph graph = {};
        _cleanup_tree_ Tree tree = {};

        tree_of(&tree, script);
        assert_true(link_tree(&graph, &symbols, &tree) >= 0);
        assert_int_equal(graph.n_modules, tree.count);
        assert_edges(&graph, &tree, expected);
}

static void module_needs_the_provider_of_its_import(void **state) {
        (void) state;
        check_edges("module a.ko\nneed x\nmodule b.ko\nexport x\n", "a>b(x) ");
        check_edges("module b.ko\nexport x\nmodule a.ko\nneed x\n", "a>b(x) ");
}

static void weak_import_needs_its_provider_too(void **state) {
        (void) state;
        check_edges("module a.ko\nweak x\nmodule b.ko\nexport x\n", "a>b(x) ");
}

static void import_that_nobody_provides_makes_no_edge(void **state) {
        (void) state;
        check_edges("module a.ko\nneed printk\nneed x\nmodule b.ko\nexport y\n", "");
        check_edges("module a.ko\nmodule b.ko\n", "");
        check_edges("", "");
}

static void edges_come_in_the_order_of_the_first_import(void **state) {
        (void) state;
        check_edges("module a.ko\nneed c2\nneed none\nneed b1\nneed c1\nneed b2\n"
                    "module b.ko\nexport b1\nexport b2\nmodule c.ko\nexport c1\nexport c2\n",
                    "a>c(c2) a>b(b1) ");
}

static void different_crcs_make_the_edge_all_the_same(void **state) {
        (void) state;
        check_edges("module a.ko\nneed x 1\nmodule b.ko\nexport x 2\n", "a>b(x) ");
}

static void last_provider_of_a_symbol_is_needed(void **state) {
        (void) state;
        check_edges("module b.ko\nexport x\nmodule a.ko\nneed x\nmodule c.ko\nexport x\n",
                    "a>c(x) ");
}

static void dot_before_an_import_plays_no_part(void **state) {
        (void) state;
        check_edges("module a.ko\nneed .x\nneed x\nmodule b.ko\nexport x\n", "a>b(x) ");
}

static void provider_that_is_the_kernel_makes_no_edge(void **state) {
        _cleanup_symbols_ SymbolTable symbols = {};
        _cleanup_graph_ Graph graph = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "module a.ko\nneed x\nneed y\nmodule b.ko\nexport y\n");
        assert_int_equal(symbol_table_put(&symbols, &tree, "x", 1, SYMBOL_KERNEL, 0), 0);
        assert_int_equal(symbol_table_put(&symbols, &tree, "y", 1, SYMBOL_KERNEL, 0), 0);
        assert_int_equal(link_tree(&graph, &symbols, &tree), 0);
        assert_edges(&graph, &tree, "a>b(y) ");
}

static void prefix_is_stripped_on_both_sides(void **state) {
        _cleanup_symbols_ SymbolTable symbols = { .prefix = '_' };
        _cleanup_graph_ Graph graph = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "module a.ko\nneed _x\nneed y\nmodule b.ko\nexport x\nexport _y\n");
        assert_int_equal(link_tree(&graph, &symbols, &tree), 0);
        assert_edges(&graph, &tree, "a>b(x) ");
}

static void users_are_counted_once_for_each_module(void **state) {
        _cleanup_symbols_ SymbolTable symbols = {};
        _cleanup_graph_ Graph graph = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "module a.ko\nneed x\nneed y\nneed x\nmodule b.ko\nneed x\n"
                       "module c.ko\nexport x\nexport y\nneed z\nmodule d.ko\nexport z\n");
        assert_int_equal(link_tree(&graph, &symbols, &tree), 0);
        assert_int_equal(graph.n_users[module_of(&tree, "a")], 0);
        assert_int_equal(graph.n_users[module_of(&tree, "b")], 0);
        assert_int_equal(graph.n_users[module_of(&tree, "c")], 2);
        assert_int_equal(graph.n_users[module_of(&tree, "d")], 1);
}

/* Names by position; those without one behind a bar. */
static void check_order(const char *script, int result, const char *expected) {
        _cleanup_symbols_ SymbolTable symbols = {};
        _cleanup_buffer_ Buffer text = {};
        _cleanup_graph_ Graph graph = {};
        _cleanup_tree_ Tree tree = {};

        tree_of(&tree, script);
        assert_int_equal(link_tree(&graph, &symbols, &tree), result);
        for (uint32_t i = 0; i < graph.n_placed; i++) {
                assert_int_equal(graph.position[graph.placed[i]], i);
                buffer_append_format(&text, "%s ", tree_module_name(&tree, graph.placed[i]));
        }
        buffer_append_string(&text, "|");
        for (uint32_t m = 0; m < graph.n_modules; m++) {
                if (graph.position[m] == GRAPH_UNPLACED)
                        buffer_append_format(&text, " %s", tree_module_name(&tree, m));
        }
        assert_text(&text, expected);
}

static void last_module_that_nobody_needs_comes_first(void **state) {
        (void) state;
        check_order("module a.ko\nmodule b.ko\nmodule c.ko\n", 0, "c b a |");
}

/* Section 5.4: popped last in, first out; a provider is pushed when its last user is popped. */
static void module_that_was_freed_last_comes_next(void **state) {
        (void) state;
        check_order("module a.ko\nneed x\nneed y\nmodule b.ko\nmodule x.ko\nexport x\n"
                    "module y.ko\nexport y\n",
                    0, "b a y x |");
        check_order("module x.ko\nexport x\nneed z\nmodule a.ko\nneed x\nneed y\n"
                    "module y.ko\nexport y\nmodule b.ko\nneed z\nmodule z.ko\nexport z\n",
                    0, "b a y x z |");
}

static void provider_waits_for_its_last_user(void **state) {
        (void) state;
        check_order("module a.ko\nneed z\nmodule b.ko\nneed a1\nneed z\nmodule z.ko\nexport z\n"
                    "module a1.ko\nexport a1\nneed z\n",
                    0, "b a1 a z |");
}

static void cycle_and_what_it_needs_have_no_position(void **state) {
        (void) state;
        check_order("module top.ko\nneed a\nmodule a.ko\nexport a\nneed b\nmodule b.ko\n"
                    "export b\nneed a\nneed low\nmodule low.ko\nexport low\nmodule free.ko\n",
                    GRAPH_HAS_CYCLE, "free top | a b low");
}

/* It exports what it needs, as far as __versions goes. */
static void module_that_needs_itself_is_a_cycle(void **state) {
        (void) state;
        check_order("module a.ko\nexport x\nneed x 1\nmodule b.ko\n", GRAPH_HAS_CYCLE, "b | a");
        check_edges("module a.ko\nexport x\nneed x 1\n", "a>a(x) ");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(module_needs_the_provider_of_its_import),
                cmocka_unit_test(weak_import_needs_its_provider_too),
                cmocka_unit_test(import_that_nobody_provides_makes_no_edge),
                cmocka_unit_test(edges_come_in_the_order_of_the_first_import),
                cmocka_unit_test(different_crcs_make_the_edge_all_the_same),
                cmocka_unit_test(last_provider_of_a_symbol_is_needed),
                cmocka_unit_test(dot_before_an_import_plays_no_part),
                cmocka_unit_test(provider_that_is_the_kernel_makes_no_edge),
                cmocka_unit_test(prefix_is_stripped_on_both_sides),
                cmocka_unit_test(users_are_counted_once_for_each_module),
                cmocka_unit_test(last_module_that_nobody_needs_comes_first),
                cmocka_unit_test(module_that_was_freed_last_comes_next),
                cmocka_unit_test(provider_waits_for_its_last_user),
                cmocka_unit_test(cycle_and_what_it_needs_have_no_position),
                cmocka_unit_test(module_that_needs_itself_is_a_cycle),
        };

        return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
