/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "resolve.h"

#include <errno.h>

#include "query-case.h"

/* "name path pattern" of each, on lines of their own. */
static void check_mode(const QueryCase *query, const char *alias, ResolveMode mode,
                       const char *expected) {
        _cleanup_resolutions_ Resolutions found = {};
        _cleanup_buffer_ Buffer text = {};

        assert_int_equal(resolve_alias(query->lookup, alias, mode, &found), 0);
        for (size_t i = 0; i < found.count; i++)
                buffer_append_format(&text, "%s %s %s\n", found.items[i].name, found.items[i].path,
                                     found.items[i].pattern);
        assert_text(&text, expected);
}

static void check(const QueryCase *query, const char *alias, const char *expected) {
        check_mode(query, alias, RESOLVE_ALL, expected);
}

static void modules_come_in_final_order_each_with_its_first_pattern(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "module z.ko\nalias pci:v1d*\nalias pci:*\n"
                                "module m.ko\nalias usb:*\n"
                                "module a.ko\nalias pci:v1d2\nalias pci:v[12]d?\n");
        check(&query, "pci:v1d2", "z z.ko pci:v1d*\na a.ko pci:v1d2\n");
        check(&query, "pci:v2d2", "z z.ko pci:*\na a.ko pci:v[12]d?\n");
        check(&query, "pci:v3d2", "z z.ko pci:*\n");
        check(&query, "usb:", "m m.ko usb:*\n");
        check(&query, "usb", "");
}

static void dash_and_underscore_mean_the_same_but_in_brackets(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "module a.ko\nalias net-pf-10\nmodule b.ko\nalias of-x*y-z\n"
                                "module c.ko\nalias k[a-c]-e\n");
        check(&query, "net_pf-10", "a a.ko net-pf-10\n");
        check(&query, "of_x-1-y_z", "b b.ko of-x*y-z\n");
        check(&query, "kb_e", "c c.ko k[a-c]-e\n");
        check(&query, "k_-e", "");
}

static void name_of_a_module_stands_for_that_module_alone(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "module snd-x.ko\nmodule other.ko\nalias snd_x\nalias gone\n");
        check(&query, "snd-x", "snd_x snd-x.ko snd-x\n");
        check(&query, "snd_x", "snd_x snd-x.ko snd_x\n");
        check(&query, "gone", "other other.ko gone\n");
}

static void symbol_stands_for_its_provider(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "module a.ko\nexport s\nmodule b.ko\nexport s\nneed k\n");
        check(&query, "symbol:s", "b b.ko symbol:s\n");
        check(&query, "symbol:k", "");
        check(&query, "symbol:none", "");
        check(&query, "symbol:", "");
}

static void builtin_modules_come_last_and_for_modprobe_only_alone(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        model_script_link(&query.model, "module a.ko\nalias both:*\nmodule unix.ko\n");
        add_builtin_names(&query.model, "k/in-side.ko\nk/twice.ko\nk/unix.ko\n");
        add_builtin_aliases(&query.model, "in-side.alias=both:1\ntwice.alias=in:[12]\n"
                                          "twice.alias=in:*\nin-side.alias=in:1\n");
        query_case_start(&query);

        check(&query, "both:1", "a a.ko both:*\nin_side  both:1\n");
        check_mode(&query, "both:1", RESOLVE_MODPROBE, "a a.ko both:*\n");
        check(&query, "in:1", "twice  in:[12]\nin_side  in:1\n");
        check_mode(&query, "in:1", RESOLVE_MODPROBE, "twice  in:[12]\nin_side  in:1\n");
        check(&query, "in-side", "in_side  in-side\n");
        check(&query, "unix", "unix unix.ko unix\n");
}

static void unbalanced_brackets_are_an_error(void **state) {
        _cleanup_query_case_ QueryCase query = {};
        _cleanup_resolutions_ Resolutions found = {};

        (void) state;
        query_case_init(&query, "module a.ko\nalias x[1\nalias y]\nalias *\n");
        assert_int_equal(resolve_alias(query.lookup, "x[1", RESOLVE_ALL, &found), -EINVAL);
        assert_int_equal(resolve_alias(query.lookup, "y]", RESOLVE_ALL, &found), -EINVAL);
        check(&query, "x1", "a a.ko *\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(modules_come_in_final_order_each_with_its_first_pattern),
                cmocka_unit_test(dash_and_underscore_mean_the_same_but_in_brackets),
                cmocka_unit_test(name_of_a_module_stands_for_that_module_alone),
                cmocka_unit_test(symbol_stands_for_its_provider),
                cmocka_unit_test(builtin_modules_come_last_and_for_modprobe_only_alone),
                cmocka_unit_test(unbalanced_brackets_are_an_error),
        };

        return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
