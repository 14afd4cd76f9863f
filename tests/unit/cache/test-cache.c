/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache-case.h"

static void assert_holds(const Tree *tree, const char *expected) {
        _cleanup_buffer_ Buffer bytes = {}, text = {};
        _cleanup_tree_ Tree parsed = {};

        render_cache(&bytes, tree);
        assert_int_equal(tree_init(&parsed, "/m/1.0"), 0);
        assert_int_equal(cache_parse(&parsed, bytes.data, bytes.size, &here), 0);
        for (size_t i = 0; i < parsed.count; i++)
                buffer_append_format(&text, "%s ", tree_module_name(&parsed, i));
        assert_text(&text, expected);
}

static void records_of_all_kinds_come_back(void **state) {
        _cleanup_tree_ Tree tree = {}, parsed = {};
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        tree_of_all_kinds(&tree);
        render_cache(&bytes, &tree);
        assert_int_equal(tree_init(&parsed, "/m/1.0"), 0);
        assert_int_equal(cache_parse(&parsed, bytes.data, bytes.size, &here), 0);
        assert_same_tree(&parsed, &tree);
        for (size_t i = 0; i < parsed.count; i++) {
                const Module *module = &parsed.modules[i];

                assert_true(module->is_read && module->is_known && !module->is_racy);
                assert_int_equal(module->error, 0);
                assert_null(module->reason);
                assert_int_equal(module_n_words(module), module_n_words(&tree.modules[i]));
                assert_true(stat_key_is_equal(&module->key, &tree.modules[i].key));
        }
}

static void tree_of_no_modules_comes_back(void **state) {
        _cleanup_tree_ Tree tree = {};

        (void) state;
        assert_int_equal(tree_init(&tree, "/m/1.0"), 0);
        assert_holds(&tree, "");
}

/* Those of modules that are gone, of the kernel and of what is built in. */
static void strings_of_no_record_are_left_out(void **state) {
        _cleanup_tree_ Tree tree = {}, parsed = {};
        _cleanup_buffer_ Buffer bytes = {};
        StringId id;

        (void) state;
        tree_of_all_kinds(&tree);
        assert_int_equal(string_table_intern(tree.strings, "gone", 4, &id), 0);
        render_cache(&bytes, &tree);
        assert_int_equal(tree_init(&parsed, "/m/1.0"), 0);
        assert_int_equal(cache_parse(&parsed, bytes.data, bytes.size, &here), 0);
        assert_int_equal(string_table_find(parsed.strings, "gone", 4), STRING_NONE);
        assert_int_equal(string_table_count(parsed.strings), string_table_count(tree.strings) - 1);
}

static void equal_trees_give_equal_bytes(void **state) {
        _cleanup_buffer_ Buffer bytes = {}, again = {};
        _cleanup_tree_ Tree tree = {}, parsed = {};

        (void) state;
        tree_of_all_kinds(&tree);
        render_cache(&bytes, &tree);
        assert_int_equal(tree_init(&parsed, "/m/1.0"), 0);
        assert_int_equal(cache_parse(&parsed, bytes.data, bytes.size, &here), 0);
        render_cache(&again, &parsed);
        assert_bytes(&again, bytes.data, bytes.size);
}

static void what_is_not_certain_is_left_out(void **state) {
        _cleanup_tree_ Tree tree = {};
        Module saved, *module;

        (void) state;
        tree_of_all_kinds(&tree);
        module = &tree.modules[1];
        saved = *module;
        assert_holds(&tree, "all nothing external ");

        module->is_read = false;
        assert_holds(&tree, "all external ");
        *module = saved;
        module->error = 8;
        assert_holds(&tree, "all external ");
        *module = saved;
        module->is_racy = true;
        assert_holds(&tree, "all external ");
        *module = saved;
        module->key = (StatKey){};
        assert_holds(&tree, "all external ");
        *module = saved;
        module->key.device++;
        assert_holds(&tree, "all external ");
        *module = saved;
        module->key.ctime_ns = NOW - 1;
        assert_holds(&tree, "all external ");
        module->key.ctime_ns = NOW + INT64_C(3600000000000); /* of a clock that was ahead */
        assert_holds(&tree, "all external ");
        *module = saved;
}

static void device_is_that_of_the_place_and_not_of_the_bytes(void **state) {
        const CachePlace moved = { .device = 99, .file_system = here.file_system };
        _cleanup_tree_ Tree tree = {}, parsed = {};
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        tree_of_all_kinds(&tree);
        render_cache(&bytes, &tree);
        assert_int_equal(tree_init(&parsed, "/m/1.0"), 0);
        assert_int_equal(cache_parse(&parsed, bytes.data, bytes.size, &moved), 0);
        assert_int_equal(parsed.modules[0].key.device, 99);
}

static void another_file_system_is_foreign(void **state) {
        const CachePlace other = { .device = here.device, .file_system = 1 };
        _cleanup_tree_ Tree tree = {}, parsed = {};
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        tree_of_all_kinds(&tree);
        render_cache(&bytes, &tree);
        assert_int_equal(tree_init(&parsed, "/m/1.0"), 0);
        assert_int_equal(cache_parse(&parsed, bytes.data, bytes.size, &other), CACHE_IS_FOREIGN);
}

static void set_known(Tree *tree, bool is_known) {
        for (size_t i = 0; i < tree->count; i++)
                tree->modules[i].is_known = is_known;
}

static void cache_is_current_until_something_is_added_or_gone(void **state) {
        _cleanup_tree_ Tree cached = {}, tree = {};

        (void) state;
        tree_of_all_kinds(&cached);
        tree_of_all_kinds(&tree);
        set_known(&tree, true);
        assert_true(cache_is_current(&cached, &tree, &here, NOW));

        tree.modules[1].is_known = false;
        assert_false(cache_is_current(&cached, &tree, &here, NOW));

        /* One that cannot be saved is no reason, but that it was saved before is. */
        tree.modules[1].is_racy = true;
        assert_false(cache_is_current(&cached, &tree, &here, NOW));
        tree_release_module(&cached.modules[--cached.count]);
        assert_true(cache_is_current(&cached, &tree, &here, NOW));
        set_known(&tree, false);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(records_of_all_kinds_come_back),
                cmocka_unit_test(tree_of_no_modules_comes_back),
                cmocka_unit_test(strings_of_no_record_are_left_out),
                cmocka_unit_test(equal_trees_give_equal_bytes),
                cmocka_unit_test(what_is_not_certain_is_left_out),
                cmocka_unit_test(device_is_that_of_the_place_and_not_of_the_bytes),
                cmocka_unit_test(another_file_system_is_foreign),
                cmocka_unit_test(cache_is_current_until_something_is_added_or_gone),
        };

        return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
