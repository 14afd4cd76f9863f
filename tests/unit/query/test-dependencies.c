/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dependencies.h"

#include "query-case.h"

#define SOFT DEPENDENCIES_SOFT
#define WEAK DEPENDENCIES_WEAK
#define TRANSITIVE DEPENDENCIES_TRANSITIVE

static void check(const QueryCase *query, const char *name, unsigned flags, const char *expected) {
        _cleanup_found_modules_ FoundModules found = {};

        assert_int_equal(
                dependencies_find(query->lookup, query_case_find(query, name), flags, &found), 0);
        assert_found(&found, expected);
}

static void check_dependents(const QueryCase *query, const char *name, unsigned flags,
                             const char *expected) {
        _cleanup_found_modules_ FoundModules found = {};

        assert_int_equal(
                dependents_find(query->lookup, query_case_find(query, name), flags, &found), 0);
        assert_found(&found, expected);
}

/* top needs left, right and low; both of them need low. */
static const char diamond[] = "module top.ko\nneed low\nneed left\nneed right\n"
                              "module left.ko\nexport left\nneed low\n"
                              "module right.ko\nexport right\nneed low\n"
                              "module low.ko\nexport low\nneed base\n"
                              "module base.ko\nexport base\n";

static void direct_dependencies_are_in_the_order_of_the_line(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, diamond);
        check(&query, "top", 0, "right right.ko 1\nleft left.ko 1\nlow low.ko 1\n");
        check(&query, "left", 0, "low low.ko 1\n");
        check(&query, "base", 0, "");
}

static void transitive_dependencies_are_the_line(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, diamond);
        check(&query, "top", TRANSITIVE,
              "right right.ko 1\nleft left.ko 1\nlow low.ko 1\nbase base.ko 1\n");
        check(&query, "left", TRANSITIVE, "low low.ko 1\nbase base.ko 1\n");
}

static void dependents_are_in_final_order(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, diamond);
        check_dependents(&query, "low", 0, "top top.ko 1\nleft left.ko 1\nright right.ko 1\n");
        check_dependents(&query, "base", 0, "low low.ko 1\n");
        check_dependents(&query, "base", TRANSITIVE,
                         "top top.ko 1\nleft left.ko 1\nright right.ko 1\nlow low.ko 1\n");
        check_dependents(&query, "top", TRANSITIVE, "");
}

static const char soft[] = "module a.ko\nneed b\nsoftdep pre: b al post: c built\nsoftdep pre: d\n"
                           "weakdep d unknown\n"
                           "module b.ko\nexport b\nsoftdep post: e\n"
                           "module c.ko\nalias al\nneed e\n"
                           "module d.ko\nalias al\n"
                           "module e.ko\nexport e\n";

static void init_soft(QueryCase *query) {
        model_script_link(&query->model, soft);
        add_builtin_names(&query->model, "k/built.ko\n");
        query_case_start(query);
}

static void soft_and_weak_ones_come_only_when_asked_for(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        init_soft(&query);
        check(&query, "a", 0, "b b.ko 1\n");
        check(&query, "a", SOFT, "b b.ko 3\nc c.ko 6\nd d.ko 2\nbuilt  20\n");
        check(&query, "a", WEAK, "b b.ko 1\nd d.ko 8\n");
        check(&query, "a", SOFT | WEAK, "b b.ko 3\nc c.ko 6\nd d.ko 10\nbuilt  20\n");
        check(&query, "built", SOFT | WEAK | TRANSITIVE, "");
}

static void what_a_soft_dependency_needs_is_met_on_the_way(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        init_soft(&query);
        check(&query, "a", TRANSITIVE, "b b.ko 1\n");
        check(&query, "a", TRANSITIVE | SOFT,
              "b b.ko 3\nc c.ko 6\nd d.ko 2\nbuilt  20\ne e.ko 5\n");
}

static void soft_dependents_lead_back(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        init_soft(&query);
        check_dependents(&query, "c", 0, "");
        check_dependents(&query, "c", SOFT, "a a.ko 6\n");
        check_dependents(&query, "d", WEAK, "a a.ko 8\n");
        check_dependents(&query, "d", SOFT | WEAK, "a a.ko 10\n");
        check_dependents(&query, "built", SOFT, "a a.ko 4\n");
        check_dependents(&query, "e", SOFT, "b b.ko 4\nc c.ko 1\n");
        check_dependents(&query, "e", SOFT | TRANSITIVE, "a a.ko 7\nb b.ko 4\nc c.ko 1\n");
}

static void circle_of_softdeps_ends_and_leaves_out_the_module_itself(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "module a.ko\nsoftdep pre: b a\nmodule b.ko\nsoftdep post: a\n");
        check(&query, "a", SOFT | TRANSITIVE, "b b.ko 2\n");
        check(&query, "b", SOFT, "a a.ko 4\n");
        check_dependents(&query, "a", SOFT | TRANSITIVE, "b b.ko 4\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(direct_dependencies_are_in_the_order_of_the_line),
                cmocka_unit_test(transitive_dependencies_are_the_line),
                cmocka_unit_test(dependents_are_in_final_order),
                cmocka_unit_test(soft_and_weak_ones_come_only_when_asked_for),
                cmocka_unit_test(what_a_soft_dependency_needs_is_met_on_the_way),
                cmocka_unit_test(soft_dependents_lead_back),
                cmocka_unit_test(circle_of_softdeps_ends_and_leaves_out_the_module_itself),
        };

        return cmocka_run_group_tests_name("dependencies", tests, NULL, NULL);
}
