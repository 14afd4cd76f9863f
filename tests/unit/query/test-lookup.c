/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lookup.h"

#include "query-case.h"

static const char script[] = "module kernel/a/snd-hda-intel.ko.xz\nalias pci:v8086d*\n"
                             "module kernel/b/e1000.ko\nalias pci:v8086d100E\n"
                             "module /opt/extra.ko\n"
                             "module kernel/c/both.ko\n";

static void init(QueryCase *query) {
        model_script_link(&query->model, script);
        add_builtin_names(&query->model, "kernel/x/unix.ko\nkernel/x/both.ko\nkernel/x/unix.ko\n");
        add_builtin_aliases(&query->model, "unix.alias=net-pf-1\nonly-said.alias=said\n");
        query_case_start(query);
}

static void check(const QueryCase *query, const char *text, const char *path) {
        uint32_t module;

        assert_int_equal(lookup_find(query->lookup, text, &module), 0);
        assert_string_equal(lookup_path(query->lookup, module), path);
}

static void check_missing(const QueryCase *query, const char *text) {
        uint32_t module;

        assert_int_equal(lookup_find(query->lookup, text, &module), LOOKUP_NOT_FOUND);
}

static void module_is_found_by_its_name_in_either_spelling(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        init(&query);
        check(&query, "snd_hda_intel", "kernel/a/snd-hda-intel.ko.xz");
        check(&query, "snd-hda-intel", "kernel/a/snd-hda-intel.ko.xz");
        check(&query, "snd-hda_intel", "kernel/a/snd-hda-intel.ko.xz");
        check(&query, "e1000", "kernel/b/e1000.ko");
        check_missing(&query, "snd_hda");
        check_missing(&query, "");
}

static void module_is_found_by_its_path(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        init(&query);
        check(&query, "kernel/b/e1000.ko", "kernel/b/e1000.ko");
        check(&query, "/m/1.0/kernel/b/e1000.ko", "kernel/b/e1000.ko");
        check(&query, "/usr/m/1.0/kernel/b/e1000.ko", "kernel/b/e1000.ko");
        check(&query, "/m/1.0//kernel/b/e1000.ko", "kernel/b/e1000.ko");
        check(&query, "/opt/extra.ko", "/opt/extra.ko");
        check_missing(&query, "/m/1.00/kernel/b/e1000.ko");
        check_missing(&query, "/m/1.0");
        check_missing(&query, "kernel/b/e1001.ko");
        check_missing(&query, "kernel/b");
}

static void directory_below_usr_is_the_same_without_it(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        assert_int_equal(model_init(&query.model, "/usr/lib/modules/1.0"), 0);
        model_script_add(&query.model.tree, "module kernel/a.ko\n");
        assert_int_equal(model_link(&query.model), 0);
        query_case_start(&query);
        check(&query, "/lib/modules/1.0/kernel/a.ko", "kernel/a.ko");
        check(&query, "/usr/lib/modules/1.0/kernel/a.ko", "kernel/a.ko");
}

static void module_is_found_by_the_name_of_its_file(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        init(&query);
        check(&query, "snd-hda-intel.ko.xz", "kernel/a/snd-hda-intel.ko.xz");
        check(&query, "snd-hda-intel.ko", "kernel/a/snd-hda-intel.ko.xz");
        check(&query, "extra.ko", "/opt/extra.ko");
        check_missing(&query, "snd_hda_intel.ko");
        check_missing(&query, "snd-hda-intel.k");
        check_missing(&query, "e1000.ko.xz");
        check_missing(&query, "unix.ko");
}

static void module_is_found_by_an_alias_as_the_first_that_answers(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        init(&query);
        check(&query, "pci:v8086d100E", "kernel/a/snd-hda-intel.ko.xz");
        check_missing(&query, "pci:v8087d100E");
        check_missing(&query, "pci:[");
}

static void module_of_the_tree_goes_before_a_builtin_one(void **state) {
        _cleanup_query_case_ QueryCase query = {};
        uint32_t module;

        (void) state;
        init(&query);
        check(&query, "both", "kernel/c/both.ko");
        check(&query, "unix", "");
        assert_int_equal(lookup_find(query.lookup, "net-pf-1", &module), 0);
        assert_string_equal(lookup_name(query.lookup, module), "unix");
        assert_true(lookup_is_builtin(query.lookup, module));
}

static void builtin_modules_are_those_of_both_files_once_each(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        init(&query);
        assert_int_equal(lookup_tree_count(query.lookup), 4);
        assert_int_equal(lookup_count(query.lookup), 7);
        assert_string_equal(lookup_name(query.lookup, 4), "unix");
        assert_string_equal(lookup_name(query.lookup, 5), "both");
        assert_string_equal(lookup_name(query.lookup, 6), "only-said");
}

static void empty_model_answers_that_there_is_nothing(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "");
        assert_int_equal(lookup_count(query.lookup), 0);
        check_missing(&query, "a");
        check_missing(&query, "symbol:a");
        check_missing(&query, "/a");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(module_is_found_by_its_name_in_either_spelling),
                cmocka_unit_test(module_is_found_by_its_path),
                cmocka_unit_test(directory_below_usr_is_the_same_without_it),
                cmocka_unit_test(module_is_found_by_the_name_of_its_file),
                cmocka_unit_test(module_is_found_by_an_alias_as_the_first_that_answers),
                cmocka_unit_test(module_of_the_tree_goes_before_a_builtin_one),
                cmocka_unit_test(builtin_modules_are_those_of_both_files_once_each),
                cmocka_unit_test(empty_model_answers_that_there_is_nothing),
        };

        return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
