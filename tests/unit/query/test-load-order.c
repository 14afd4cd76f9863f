/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "load-order.h"

#include "query-case.h"

/* "name bits " of each, and the unresolved names behind a bar. */
static void check_names(const QueryCase *query, const char *const *names, size_t n_names,
                        unsigned flags, const char *expected) {
        _cleanup_load_order_ LoadOrder order = {};
        _cleanup_buffer_ Buffer text = {};

        assert_int_equal(load_order_find(query->lookup, names, n_names, flags, &order), 0);
        for (size_t i = 0; i < order.modules.count; i++)
                buffer_append_format(&text, "%s %u ", order.modules.items[i].name,
                                     order.modules.items[i].bits);
        buffer_append_string(&text, "|");
        for (size_t i = 0; i < order.n_unresolved; i++)
                buffer_append_format(&text, " %s", names[order.unresolved[i]]);
        assert_text(&text, expected);
}

static void check(const QueryCase *query, const char *name, unsigned flags, const char *expected) {
        check_names(query, &name, 1, flags, expected);
}

static void dependencies_go_before_those_that_need_them(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "module top.ko\nneed low\nneed left\nneed right\n"
                                "module left.ko\nexport left\nneed low\n"
                                "module right.ko\nexport right\nneed low\n"
                                "module low.ko\nexport low\n");
        check(&query, "top", 0, "low 1 left 1 right 1 top 32 |");
        check(&query, "low", 0, "low 32 |");
}

static void names_share_what_is_loaded(void **state) {
        static const char *const names[] = { "b", "none", "a", "c", "odd[" };
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query,
                        "module a.ko\nneed c\nmodule b.ko\nneed c\nmodule c.ko\nexport c\n");
        check_names(&query, names, ELEMENTSOF(names), 0, "c 33 b 32 a 32 | none odd[");
        check_names(&query, names, 0, 0, "|");
}

static void softdeps_stand_around_the_module(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "module a.ko\nneed d\nsoftdep pre: b post: c\n"
                                "module b.ko\nmodule c.ko\nneed e\n"
                                "module d.ko\nexport d\nsoftdep post: b\n"
                                "module e.ko\nexport e\n");
        check(&query, "a", 0, "d 1 b 6 a 32 e 1 c 4 |");
        check(&query, "a", LOAD_ORDER_NO_SOFT, "d 1 a 32 |");
}

static void only_the_first_softdep_is_followed(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "module a.ko\nsoftdep pre: b\nsoftdep pre: c\nweakdep c\n"
                                "module b.ko\nsoftdep b c\nsoftdep post: c\nmodule c.ko\n");
        check(&query, "a", 0, "b 2 a 32 |");
        check(&query, "b", 0, "b 32 |");
}

static void alias_in_a_softdep_stands_for_all_that_have_it(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        model_script_link(&query.model, "module a.ko\nsoftdep pre: crc-32 gone built\n"
                                        "module z.ko\nalias crc_32\nmodule b.ko\nalias crc*\n");
        add_builtin_names(&query.model, "k/built.ko\n");
        query_case_start(&query);
        check(&query, "a", 0, "z 2 b 2 built 18 a 32 |");
        check(&query, "a", LOAD_ORDER_NO_BUILTIN, "z 2 b 2 a 32 |");
        check(&query, "crc-32", 0, "z 32 b 32 |");
        check(&query, "built", 0, "built 48 |");
        check(&query, "built", LOAD_ORDER_NO_BUILTIN, "|");
}

static void circle_of_softdeps_ends(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "module a.ko\nsoftdep pre: b a\nmodule b.ko\nsoftdep pre: a\n");
        check(&query, "a", 0, "b 2 a 34 |");
        check(&query, "b", 0, "a 2 b 34 |");
}

static void file_may_be_named_instead(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "module k/a-b.ko.xz\n");
        check(&query, "k/a-b.ko.xz", 0, "a_b 32 |");
        check(&query, "a-b.ko", 0, "a_b 32 |");
}

/* As deep as a tree may be: nothing here recurses. */
static void chain_of_softdeps_may_be_as_long_as_the_tree(void **state) {
        _cleanup_query_case_ QueryCase query = {};
        _cleanup_load_order_ LoadOrder order = {};
        _cleanup_buffer_ Buffer script = {};
        const char *first = "m0";
        const uint32_t n = 20000;

        (void) state;
        for (uint32_t i = 0; i < n; i++)
                buffer_append_format(&script, "module m%u.ko\nsoftdep pre: m%u\n", i, i + 1);
        buffer_append_byte(&script, '\0');
        assert_int_equal(buffer_error(&script), 0);
        query_case_init(&query, script.data);

        assert_int_equal(load_order_find(query.lookup, &first, 1, 0, &order), 0);
        assert_int_equal(order.modules.count, n);
        assert_int_equal(order.modules.items[0].module, n - 1);
        assert_int_equal(order.modules.items[n - 1].module, 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(dependencies_go_before_those_that_need_them),
                cmocka_unit_test(names_share_what_is_loaded),
                cmocka_unit_test(softdeps_stand_around_the_module),
                cmocka_unit_test(only_the_first_softdep_is_followed),
                cmocka_unit_test(alias_in_a_softdep_stands_for_all_that_have_it),
                cmocka_unit_test(circle_of_softdeps_ends),
                cmocka_unit_test(file_may_be_named_instead),
                cmocka_unit_test(chain_of_softdeps_may_be_as_long_as_the_tree),
        };

        return cmocka_run_group_tests_name("load-order", tests, NULL, NULL);
}
