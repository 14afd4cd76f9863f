/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cycles.h"

#include "model-case.h"
#include "module-order.h"

#define _cleanup_cycles_ _cleanup_(cycles_done)

/*
 * A graph in short: "a>bc b>a" are modules a, b and c, in the order in which they are met; a needs
 * b and then c, and b needs a.
 */
static void model_of(Model *model, const char *edges) {
        _cleanup_buffer_ Buffer script = {};
        char names[64] = {};

        for (const char *c = edges; *c != '\0'; c++) {
                if (*c != '>' && *c != ' ' && !strchr(names, *c))
                        names[strlen(names)] = *c;
        }
        for (const char *name = names; *name != '\0'; name++) {
                const char *c = edges;

                buffer_append_format(&script, "module %c.ko\nexport %c\n", *name, *name);
                while ((c = strchr(c, '>'))) {
                        char user = c[-1];

                        for (c++; *c != ' ' && *c != '\0'; c++) {
                                if (user == *name)
                                        buffer_append_format(&script, "need %c\n", *c);
                        }
                }
        }
        buffer_append_byte(&script, '\0');
        assert_int_equal(buffer_error(&script), 0);

        assert_int_equal(model_init(model, "/m/1.0"), 0);
        model_script_add(&model->tree, script.data);
        assert_true(model_link(model) >= 0);
}

static void check_members(const char *edges, const char *expected) {
        _cleanup_cycles_ Cycles cycles = {};
        _cleanup_buffer_ Buffer text = {};
        _cleanup_model_ Model model = {};

        model_of(&model, edges);
        assert_int_equal(cycles_find(&cycles, &model.graph), 0);
        for (uint32_t m = 0; m < model.tree.count; m++) {
                if (cycles.is_member[m])
                        buffer_append_string(&text, tree_module_name(&model.tree, m));
        }
        assert_text(&text, expected);
        assert_int_equal(cycles.n_members, strlen(expected));
}

static void graph_without_cycles_has_no_members(void **state) {
        (void) state;
        check_members("", "");
        check_members("a>bc b>d c>d d>", "");
}

static void modules_that_reach_each_other_are_members(void **state) {
        (void) state;
        check_members("a>b b>a", "ab");
        check_members("a>b b>c c>d d>a", "abcd");
        check_members("a>b b>a c>d d>c e>", "abcd");
        check_members("a>b b>ac c>b", "abc");
}

static void module_that_needs_itself_is_a_member(void **state) {
        (void) state;
        check_members("a>a b>", "a");
        check_members("b>a a>a", "a");
}

static void users_and_needs_of_a_cycle_are_no_members(void **state) {
        (void) state;
        check_members("u>a a>b b>an n>m m>", "ab");
        check_members("a>b b>a c>b d>c e>d", "ab");
        check_members("a>bx b>a x>cd c>d d>c", "abcd");
}

static void components_are_told_apart(void **state) {
        _cleanup_cycles_ Cycles cycles = {};
        _cleanup_model_ Model model = {};
        uint32_t a, b, c, d;

        (void) state;
        model_of(&model, "a>bc b>a c>d d>c");
        assert_int_equal(cycles_find(&cycles, &model.graph), 0);
        a = cycles.component[module_of(&model.tree, "a")];
        b = cycles.component[module_of(&model.tree, "b")];
        c = cycles.component[module_of(&model.tree, "c")];
        d = cycles.component[module_of(&model.tree, "d")];
        assert_int_equal(a, b);
        assert_int_equal(c, d);
        assert_int_not_equal(a, c);
}

static void cycle_of_many_modules_needs_no_stack(void **state) {
        _cleanup_cycles_ Cycles cycles = {};
        _cleanup_buffer_ Buffer script = {};
        _cleanup_model_ Model model = {};

        (void) state;
        for (unsigned i = 0; i < 20000; i++)
                buffer_append_format(&script, "module m%u.ko\nexport s%u\nneed s%u\n", i, i,
                                     (i + 1) % 20000);
        buffer_append_byte(&script, '\0');
        assert_int_equal(buffer_error(&script), 0);
        assert_int_equal(model_init(&model, "/m/1.0"), 0);
        model_script_add(&model.tree, script.data);
        assert_int_equal(model_link(&model), GRAPH_HAS_CYCLE);
        assert_int_equal(cycles_find(&cycles, &model.graph), 0);
        assert_int_equal(cycles.n_members, 20000);
}

static void check_report(const char *edges, const char *expected) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_cycles_ Cycles cycles = {};
        _cleanup_model_ Model model = {};

        model_of(&model, edges);
        assert_int_equal(cycles_find(&cycles, &model.graph), 0);
        assert_int_equal(cycles_report(&cycles, &model.tree, &problems), 0);
        assert_problems(&problems, expected);
}

static void cycle_is_told_from_its_first_member_on(void **state) {
        (void) state;
        check_report("a>b b>a", "dependency-cycle 'a -> b -> a'\ndependency-cycle-count #2\n");
        check_report("c>a b>c a>b",
                     "dependency-cycle 'c -> a -> b -> c'\ndependency-cycle-count #3\n");
        check_report("a>a", "dependency-cycle 'a -> a'\ndependency-cycle-count #1\n");
        check_report("x>a a>b b>a", "dependency-cycle 'a -> b -> a'\ndependency-cycle-count #2\n");
}

static void needs_of_a_cycle_are_looked_at_and_not_told(void **state) {
        (void) state;
        check_report("n>m m> a>bn b>a",
                     "dependency-cycle 'a -> b -> a'\ndependency-cycle-count #2\n");
}

/* kmod is killed or never ends on these two (section 5.3). */
static void cycles_that_share_modules_are_told_and_counted(void **state) {
        (void) state;
        check_report("a>b b>ac c>b", "dependency-cycle 'a -> b -> a'\n"
                                     "dependency-cycle 'c -> b -> c'\n"
                                     "dependency-cycle-count #3\n");
        check_report("a>bc b>a c>d d>c", "dependency-cycle 'a -> b -> a'\n"
                                         "dependency-cycle 'c -> d -> c'\n"
                                         "dependency-cycle-count #4\n");
}

/* Each of 24 modules needs each: there are more cycles than anyone can tell. */
static void telling_of_cycles_comes_to_an_end(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_cycles_ Cycles cycles = {};
        _cleanup_buffer_ Buffer edges = {};
        _cleanup_model_ Model model = {};

        (void) state;
        for (char user = 'a'; user < 'y'; user++)
                buffer_append_format(&edges, "%c>abcdefghijklmnopqrstuvwx ", user);
        edges.data[edges.size - 1] = '\0';
        model_of(&model, edges.data);
        assert_int_equal(cycles_find(&cycles, &model.graph), 0);
        assert_int_equal(cycles_report(&cycles, &model.tree, &problems), 0);
        assert_in_range(problems.count, 2, 10000);
        assert_int_equal(problems.items[problems.count - 1].kind, PROBLEM_CYCLE_COUNT);
        assert_int_equal(problems.items[problems.count - 1].number, 24);
}

/* From G one way leads to S at once, the others, which are tried first, in eight thousand ways to
 * G. */
static void knot_without_a_cycle_in_sight_is_told_by_its_shortest(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_cycles_ Cycles cycles = {};
        _cleanup_buffer_ Buffer edges = {};
        _cleanup_model_ Model model = {};

        (void) state;
        buffer_append_string(&edges, "S>G G>Sab ");
        for (char user = 'a'; user < 'y'; user++) {
                char next = (char) (user + 2 - (user - 'a') % 2);

                buffer_append_format(&edges, "%c>%c%c ", user, next, next + 1);
        }
        buffer_append(&edges, "y>G z>G", strlen("y>G z>G") + 1);
        model_of(&model, edges.data);
        assert_int_equal(cycles_find(&cycles, &model.graph), 0);
        assert_int_equal(cycles_report(&cycles, &model.tree, &problems), 0);
        assert_problems(&problems, "dependency-cycle 'S -> G -> S'\ndependency-cycle-count #28\n");
}

/* kmod's own test-suite has this tree and these lines (section 11). */
#define LOOPS                                                                                      \
        "module mod-loop-a.ko\nexport a\nneed b\nneed f\nneed g\n"                                 \
        "module mod-loop-b.ko\nexport b\nneed c\nneed f\nneed g\n"                                 \
        "module mod-loop-c.ko\nexport c\nneed a\n"                                                 \
        "module mod-loop-d.ko\nexport d\nneed e\nmodule mod-loop-e.ko\nexport e\nneed d\n"         \
        "module mod-loop-f.ko\nexport f\nmodule mod-loop-g.ko\nexport g\n"                         \
        "module mod-loop-h.ko\nexport h\nneed i\nmodule mod-loop-i.ko\nexport i\nneed j\n"         \
        "module mod-loop-j.ko\nexport j\nneed h\nneed k\nmodule mod-loop-k.ko\nexport k\nneed h\n"

#define LOOPS_REVERSED                                                                             \
        "module mod-loop-a.ko\nexport a\nneed g\nneed f\nneed b\n"                                 \
        "module mod-loop-b.ko\nexport b\nneed g\nneed f\nneed c\n"                                 \
        "module mod-loop-c.ko\nexport c\nneed a\n"                                                 \
        "module mod-loop-d.ko\nexport d\nneed e\nmodule mod-loop-e.ko\nexport e\nneed d\n"         \
        "module mod-loop-f.ko\nexport f\nmodule mod-loop-g.ko\nexport g\n"                         \
        "module mod-loop-h.ko\nexport h\nneed i\nmodule mod-loop-i.ko\nexport i\nneed j\n"         \
        "module mod-loop-j.ko\nexport j\nneed k\nneed h\nmodule mod-loop-k.ko\nexport k\nneed h\n"

static void check_loops(const char *script, const char *expected) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_cycles_ Cycles cycles = {};
        _cleanup_model_ Model model = {};

        assert_int_equal(model_init(&model, "/m/1.0"), 0);
        model_script_add(&model.tree, script);
        assert_int_equal(module_order_by_hash(&model.tree), 0);
        assert_int_equal(model_link(&model), GRAPH_HAS_CYCLE);
        assert_int_equal(cycles_find(&cycles, &model.graph), 0);
        assert_int_equal(cycles_report(&cycles, &model.tree, &problems), 0);
        assert_problems(&problems, expected);
}

static void cycles_are_told_as_kmod_tells_them(void **state) {
        (void) state;
        check_loops(LOOPS,
                    "dependency-cycle 'mod_loop_d -> mod_loop_e -> mod_loop_d'\n"
                    "dependency-cycle 'mod_loop_i -> mod_loop_j -> mod_loop_k -> mod_loop_h -> "
                    "mod_loop_i'\n"
                    "dependency-cycle 'mod_loop_i -> mod_loop_j -> mod_loop_h -> mod_loop_i'\n"
                    "dependency-cycle 'mod_loop_c -> mod_loop_a -> mod_loop_b -> mod_loop_c'\n"
                    "dependency-cycle-count #9\n");
        check_loops(LOOPS_REVERSED,
                    "dependency-cycle 'mod_loop_d -> mod_loop_e -> mod_loop_d'\n"
                    "dependency-cycle 'mod_loop_i -> mod_loop_j -> mod_loop_h -> mod_loop_i'\n"
                    "dependency-cycle 'mod_loop_i -> mod_loop_j -> mod_loop_k -> mod_loop_h -> "
                    "mod_loop_i'\n"
                    "dependency-cycle 'mod_loop_b -> mod_loop_c -> mod_loop_a -> mod_loop_b'\n"
                    "dependency-cycle-count #9\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(graph_without_cycles_has_no_members),
                cmocka_unit_test(modules_that_reach_each_other_are_members),
                cmocka_unit_test(module_that_needs_itself_is_a_member),
                cmocka_unit_test(users_and_needs_of_a_cycle_are_no_members),
                cmocka_unit_test(components_are_told_apart),
                cmocka_unit_test(cycle_of_many_modules_needs_no_stack),
                cmocka_unit_test(cycle_is_told_from_its_first_member_on),
                cmocka_unit_test(needs_of_a_cycle_are_looked_at_and_not_told),
                cmocka_unit_test(cycles_that_share_modules_are_told_and_counted),
                cmocka_unit_test(telling_of_cycles_comes_to_an_end),
                cmocka_unit_test(knot_without_a_cycle_in_sight_is_told_by_its_shortest),
                cmocka_unit_test(cycles_are_told_as_kmod_tells_them),
        };

        return cmocka_run_group_tests_name("cycles", tests, NULL, NULL);
}
