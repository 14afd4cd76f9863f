/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "model-case.h"

static void empty_tree_has_no_modules(void **state) {
        _cleanup_tree_ Tree tree = {};

        (void) state;
        assert_int_equal(tree_init(&tree, "/lib/modules/6.1"), 0);
        assert_int_equal(tree.count, 0);
        assert_string_equal(tree.directory, "/lib/modules/6.1");
        assert_int_equal(string_table_count(tree.strings), 0);
}

static void directory_is_copied(void **state) {
        char directory[] = "/m/1";
        _cleanup_tree_ Tree tree = {};

        (void) state;
        assert_int_equal(tree_init(&tree, directory), 0);
        directory[0] = '!';
        assert_string_equal(tree.directory, "/m/1");
}

static void added_module_has_a_name_and_a_path_and_nothing_else(void **state) {
        _cleanup_tree_ Tree tree = {};
        StringId name, path;

        (void) state;
        assert_int_equal(tree_init(&tree, "/m/1"), 0);
        assert_int_equal(string_table_intern(tree.strings, "a_b", 3, &name), 0);
        assert_int_equal(string_table_intern(tree.strings, "k/a-b.ko", 8, &path), 0);
        assert_int_equal(tree_add(&tree, name, path, true), 0);

        assert_int_equal(tree.count, 1);
        assert_string_equal(tree_module_name(&tree, 0), "a_b");
        assert_string_equal(tree_module_path(&tree, 0), "k/a-b.ko");
        assert_true(tree.modules[0].is_external);
        assert_int_equal(tree.modules[0].vermagic, STRING_NONE);
        assert_int_equal(tree.modules[0].error, 0);
        assert_int_equal(tree.modules[0].machine.machine, 0);
        assert_int_equal(tree.modules[0].n_exports + tree.modules[0].n_imports, 0);
        assert_null(tree.modules[0].lists);
}

static void many_modules_keep_their_order(void **state) {
        _cleanup_tree_ Tree tree = {};

        (void) state;
        assert_int_equal(tree_init(&tree, "/m/1"), 0);
        for (StringId i = 0; i < 1000; i++)
                assert_int_equal(tree_add(&tree, i, i, i % 2), 0);
        assert_int_equal(tree.count, 1000);
        for (StringId i = 0; i < 1000; i++) {
                assert_int_equal(tree.modules[i].name, i);
                assert_int_equal(tree.modules[i].is_external, i % 2);
        }
}

static void absolute_path_is_below_the_directory_unless_external(void **state) {
        _cleanup_buffer_ Buffer path = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "module kernel/a-b.ko.xz\nmodule /ext//x.ko\n");
        tree_absolute_path(&tree, 0, &path);
        assert_int_equal(buffer_error(&path), 0);
        assert_string_equal(path.data, "/m/1.0/kernel/a-b.ko.xz");
        tree_absolute_path(&tree, 1, &path);
        assert_string_equal(path.data, "/ext//x.ko");
}

static void fill_strings(Tree *tree, uint32_t first, uint32_t count) {
        for (uint32_t i = first; i < first + count; i++) {
                char string[16];
                StringId id;

                (void) snprintf(string, sizeof(string), "%u", i);
                assert_int_equal(string_table_intern(tree->strings, string, strlen(string), &id),
                                 0);
        }
}

static void trees_may_share_their_strings(void **state) {
        _cleanup_tree_ Tree known = {}, tree = {};

        (void) state;
        assert_int_equal(tree_init(&known, "/m/1"), 0);
        fill_strings(&known, 0, 10);
        assert_int_equal(tree_init(&tree, "/m/1"), 0);
        tree_set_strings(&tree, known.strings);
        tree_set_strings(&tree, tree.strings);
        for (StringId id = 0; id < 10; id++)
                assert_ptr_equal(tree_string(&tree, id), tree_string(&known, id));
        tree_done(&known);
        fill_strings(&tree, 10, 1);
        assert_int_equal(string_table_count(tree.strings), 11);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(empty_tree_has_no_modules),
                cmocka_unit_test(directory_is_copied),
                cmocka_unit_test(added_module_has_a_name_and_a_path_and_nothing_else),
                cmocka_unit_test(many_modules_keep_their_order),
                cmocka_unit_test(absolute_path_is_below_the_directory_unless_external),
                cmocka_unit_test(trees_may_share_their_strings),
        };

        return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
