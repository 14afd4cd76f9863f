/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "subgraph.h"

#include "query-case.h"

/* top needs left and right, which need base; aside needs right by a softdep, and base. */
static const char diamond[] = "module base.ko\nexport b1\nexport b2\n"
                              "module left.ko\nexport l\nneed b1\nneed b2\n"
                              "module right.ko\nexport r\nneed b1\n"
                              "module top.ko\nneed l\nneed r\n"
                              "module aside.ko\nneed b2\nsoftdep pre: right\nweakdep left\n"
                              "module single.ko\nsoftdep post: inside\n";

/* "module level: to/kinds/symbols ..." of each node in a line. The subjects are given by name. */
static void check(unsigned flags, const char *const *names, const char *expected) {
        _cleanup_subgraph_ Subgraph subgraph = {};
        _cleanup_query_case_ QueryCase query = {};
        _cleanup_buffer_ Buffer text = {};
        uint32_t subjects[8];
        size_t n = 0;

        model_script_link(&query.model, diamond);
        add_builtin_names(&query.model, "k/inside.ko\n");
        query_case_start(&query);
        for (; names[n]; n++)
                subjects[n] = query_case_find(&query, names[n]);

        assert_int_equal(subgraph_find(query.lookup, subjects, n, flags, &subgraph), 0);
        for (uint32_t i = 0; i < subgraph.n_nodes; i++) {
                buffer_append_format(&text,
                                     "%s %d:", lookup_name(query.lookup, subgraph.nodes[i].module),
                                     subgraph.nodes[i].level);
                for (size_t k = 0; k < subgraph.n_edges; k++) {
                        const SubgraphEdge *edge = &subgraph.edges[k];

                        if (edge->from == i)
                                buffer_append_format(
                                        &text, " %s/%u/%u",
                                        lookup_name(query.lookup, subgraph.nodes[edge->to].module),
                                        edge->kinds, edge->n_symbols);
                }
                buffer_append_byte(&text, '\n');
        }
        assert_text(&text, expected);
}

#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void dependencies_have_levels_above_zero(void **state) {
        (void) state;
        check(SUBGRAPH_DEPENDENCIES, NAMES("top"),
              "top 0: left/1/1 right/1/1\nleft 1: base/1/2\nright 1: base/1/1\nbase 2:\n");
}

static void dependents_have_levels_below_zero(void **state) {
        (void) state;
        check(SUBGRAPH_DEPENDENTS, NAMES("right"), "right 0:\ntop -1: right/1/1\n");
        check(SUBGRAPH_DEPENDENTS | SUBGRAPH_SOFT, NAMES("right"),
              "right 0:\ntop -1: right/1/1\naside -1: right/2/0\n");
}

static void without_a_direction_both_are_followed(void **state) {
        (void) state;
        check(0, NAMES("left"), "left 0: base/1/2\nbase 1:\ntop -1: left/1/1\n");
}

/* What a dependent needs besides is none of the subject's business, but edges between all are. */
static void all_edges_between_the_modules_are_told(void **state) {
        (void) state;
        check(0, NAMES("base"),
              "base 0:\nleft -1: base/1/2\nright -1: base/1/1\naside -1: base/1/1\n"
              "top -2: left/1/1 right/1/1\n");
}

static void several_subjects_have_level_zero(void **state) {
        (void) state;
        check(SUBGRAPH_DEPENDENCIES, NAMES("left", "base", "left"), "left 0: base/1/2\nbase 0:\n");
}

static void builtin_module_is_the_end_of_the_way(void **state) {
        (void) state;
        check(SUBGRAPH_SOFT, NAMES("single"), "single 0: inside/20/0\ninside 1:\n");
        check(SUBGRAPH_SOFT, NAMES("inside"), "inside 0:\nsingle -1: inside/20/0\n");
}

static void no_subjects_are_all_modules_of_the_tree(void **state) {
        (void) state;
        check(0, NAMES(NULL),
              "base 0:\nleft 0: base/1/2\nright 0: base/1/1\ntop 0: left/1/1 right/1/1\n"
              "aside 0: base/1/1\nsingle 0:\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(dependencies_have_levels_above_zero),
                cmocka_unit_test(dependents_have_levels_below_zero),
                cmocka_unit_test(without_a_direction_both_are_followed),
                cmocka_unit_test(all_edges_between_the_modules_are_told),
                cmocka_unit_test(several_subjects_have_level_zero),
                cmocka_unit_test(builtin_module_is_the_end_of_the_way),
                cmocka_unit_test(no_subjects_are_all_modules_of_the_tree),
        };

        return cmocka_run_group_tests_name("subgraph", tests, NULL, NULL);
}
