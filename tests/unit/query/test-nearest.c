/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nearest.h"

#include "query-case.h"

static void assert_nearest(Nearest nearest, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < nearest.count; i++)
                buffer_append_format(&text, "%s ", nearest.names[i]);
        assert_text(&text, expected);
}

static const char script[] = "module e1000.ko\nexport register_disk\nmodule e1000e.ko\n"
                             "module snd-hda-intel.ko\nexport add_disk\nmodule e100.ko\n"
                             "module xfs.ko\nneed add_risk\nmodule ixgbe.ko\n";

static void nearest_name_comes_first(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, script);
        assert_nearest(nearest_modules(query.lookup, "e1000x"), "e1000 e1000e e100 ");
        assert_nearest(nearest_modules(query.lookup, "snd_hda_intle"), "snd_hda_intel ");
        assert_nearest(nearest_modules(query.lookup, "snd-hda-inte"), "snd_hda_intel ");
        assert_nearest(nearest_modules(query.lookup, "ixbge"), "ixgbe ");
        assert_nearest(nearest_modules(query.lookup, "xsf"), "xfs ");
}

static void name_that_is_like_none_has_no_nearest(void **state) {
        _cleanup_query_case_ QueryCase query = {};
        char name[200];

        (void) state;
        query_case_init(&query, script);
        memset(name, 'e', sizeof(name));
        name[199] = '\0';
        assert_nearest(nearest_modules(query.lookup, "bluetooth"), "");
        assert_nearest(nearest_modules(query.lookup, "xyz"), "");
        assert_nearest(nearest_modules(query.lookup, ""), "");
        assert_nearest(nearest_modules(query.lookup, name), "");
}

static void builtin_modules_are_names_too_and_each_is_told_once(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        model_script_link(&query.model, "module unix.ko\n");
        add_builtin_names(&query.model, "k/unix.ko\nk/unit.ko\n");
        query_case_start(&query);
        assert_nearest(nearest_modules(query.lookup, "uni"), "unix unit ");
}

static void symbols_are_those_that_modules_export(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, script);
        assert_nearest(nearest_symbols(query.lookup, "add_dsk"), "add_disk ");
        assert_nearest(nearest_symbols(query.lookup, "register_disc"), "register_disk ");
        assert_nearest(nearest_symbols(query.lookup, "e1000"), "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(nearest_name_comes_first),
                cmocka_unit_test(name_that_is_like_none_has_no_nearest),
                cmocka_unit_test(builtin_modules_are_names_too_and_each_is_told_once),
                cmocka_unit_test(symbols_are_those_that_modules_export),
        };

        return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
