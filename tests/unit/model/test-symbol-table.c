/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model-case.h"
#include "symbol-table.h"

#define _cleanup_symbols_ _cleanup_(symbol_table_done)

static Symbol find(const SymbolTable *table, const Tree *tree, const char *name) {
        return symbol_table_get(table, string_table_find(tree->strings, name, strlen(name)));
}

static void assert_provider(const SymbolTable *table, const Tree *tree, const char *name,
                            uint32_t provider, uint64_t crc) {
        Symbol symbol = find(table, tree, name);

        assert_int_equal(symbol.provider, provider);
        assert_int_equal(symbol.crc, crc);
}

static void put(SymbolTable *table, Tree *tree, const char *name, uint32_t provider, uint64_t crc) {
        assert_int_equal(symbol_table_put(table, tree, name, strlen(name), provider, crc), 0);
}

static void what_was_not_put_has_no_provider(void **state) {
        _cleanup_symbols_ SymbolTable table = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "module a.ko\nneed x\n");
        assert_provider(&table, &tree, "x", SYMBOL_NO_PROVIDER, 0);
        assert_provider(&table, &tree, "unheard of", SYMBOL_NO_PROVIDER, 0);
        put(&table, &tree, "y", 1, 2);
        assert_provider(&table, &tree, "x", SYMBOL_NO_PROVIDER, 0);
        assert_int_equal(symbol_table_get(&table, STRING_NONE).provider, SYMBOL_NO_PROVIDER);
}

static void later_entry_replaces_the_earlier(void **state) {
        _cleanup_symbols_ SymbolTable table = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "");
        put(&table, &tree, "x", SYMBOL_KERNEL, 1);
        put(&table, &tree, "x", 7, 2);
        assert_provider(&table, &tree, "x", 7, 2);
        put(&table, &tree, "x", 3, SYMBOL_CRC_WIDE);
        assert_provider(&table, &tree, "x", 3, SYMBOL_CRC_WIDE);
}

static void last_module_that_exports_a_symbol_provides_it(void **state) {
        _cleanup_symbols_ SymbolTable table = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "module a.ko\nexport x 1\nexport y 2\nmodule b.ko\nmodule c.ko\n"
                       "export z 3\nexport x 4\nexport x 5\n");
        put(&table, &tree, "y", SYMBOL_KERNEL, 9);
        put(&table, &tree, "k", SYMBOL_KERNEL, 8);
        assert_int_equal(symbol_table_put_modules(&table, &tree), 0);
        assert_provider(&table, &tree, "x", 2, 5);
        assert_provider(&table, &tree, "y", 0, 2);
        assert_provider(&table, &tree, "z", 2, 3);
        assert_provider(&table, &tree, "k", SYMBOL_KERNEL, 8);
}

static void wide_crc_of_an_export_is_all_ones(void **state) {
        _cleanup_symbols_ SymbolTable table = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "module a.ko\nexport x 100000000\nexport y ffffffff\n");
        assert_int_equal(symbol_table_put_modules(&table, &tree), 0);
        assert_provider(&table, &tree, "x", 0, SYMBOL_CRC_WIDE);
        assert_provider(&table, &tree, "y", 0, 0xffffffff);
}

static void every_kernel_has_three_symbols(void **state) {
        _cleanup_symbols_ SymbolTable table = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "");
        put(&table, &tree, "__this_module", SYMBOL_KERNEL, 5);
        assert_int_equal(symbol_table_put_kernel_defaults(&table, &tree), 0);
        assert_provider(&table, &tree, "__this_module", SYMBOL_KERNEL, 0);
        assert_provider(&table, &tree, "_GLOBAL_OFFSET_TABLE_", SYMBOL_KERNEL, 0);
        assert_provider(&table, &tree, "TOC.", SYMBOL_KERNEL, 0);
}

static void toc_of_the_kernel_is_kept(void **state) {
        _cleanup_symbols_ SymbolTable table = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "");
        put(&table, &tree, "TOC.", SYMBOL_KERNEL, 5);
        assert_int_equal(symbol_table_put_kernel_defaults(&table, &tree), 0);
        assert_provider(&table, &tree, "TOC.", SYMBOL_KERNEL, 5);
}

static void prefix_is_not_stripped_from_what_every_kernel_has(void **state) {
        _cleanup_symbols_ SymbolTable table = { .prefix = '_' };
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "");
        assert_int_equal(symbol_table_put_kernel_defaults(&table, &tree), 0);
        assert_provider(&table, &tree, "__this_module", SYMBOL_KERNEL, 0);
        assert_provider(&table, &tree, "_this_module", SYMBOL_NO_PROVIDER, 0);
}

static void prefix_is_stripped_once_from_what_modules_export(void **state) {
        _cleanup_symbols_ SymbolTable table = { .prefix = '_' };
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "module a.ko\nexport _\nmodule b.ko\nexport _x 1\nexport y 2\n"
                       "export __z 3\n");
        put(&table, &tree, "_k", SYMBOL_KERNEL, 4);
        assert_int_equal(symbol_table_put_modules(&table, &tree), 0);
        assert_provider(&table, &tree, "", 0, 0);
        assert_provider(&table, &tree, "x", 1, 1);
        assert_provider(&table, &tree, "_x", SYMBOL_NO_PROVIDER, 0);
        assert_provider(&table, &tree, "y", 1, 2);
        assert_provider(&table, &tree, "_z", 1, 3);
        assert_provider(&table, &tree, "_k", SYMBOL_KERNEL, 4);
}

static void prefix_is_one_character_or_none(void **state) {
        SymbolTable none = {}, prefixed = { .prefix = '_' };

        (void) state;
        assert_int_equal(symbol_table_prefix_size(&none, "_x"), 0);
        assert_int_equal(symbol_table_prefix_size(&none, ""), 0);
        assert_int_equal(symbol_table_prefix_size(&prefixed, "__x"), 1);
        assert_int_equal(symbol_table_prefix_size(&prefixed, "x_"), 0);
        assert_int_equal(symbol_table_prefix_size(&prefixed, ""), 0);
}

static uint32_t provider_of_import(const SymbolTable *table, const Tree *tree, size_t number) {
        StringId id =
                symbol_table_import_id(table, tree, module_imports(&tree->modules[0])[number]);

        return symbol_table_get(table, id).provider;
}

/* The dot is off already. */
static void import_is_looked_up_without_dot_and_prefix(void **state) {
        _cleanup_symbols_ SymbolTable plain = {}, prefixed = { .prefix = '_' };
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "module a.ko\nneed x\nneed .x\nneed _x\nneed ._x\nneed __x\nneed _gone\n");
        put(&plain, &tree, "x", 7, 0);
        assert_int_equal(provider_of_import(&plain, &tree, 0), 7);
        assert_int_equal(provider_of_import(&plain, &tree, 1), 7);
        assert_int_equal(provider_of_import(&plain, &tree, 2), SYMBOL_NO_PROVIDER);

        put(&prefixed, &tree, "x", 7, 0);
        for (size_t i = 0; i < 4; i++)
                assert_int_equal(provider_of_import(&prefixed, &tree, i), 7);
        assert_int_equal(provider_of_import(&prefixed, &tree, 4), SYMBOL_NO_PROVIDER);
        assert_int_equal(provider_of_import(&prefixed, &tree, 5), SYMBOL_NO_PROVIDER);
}

static void forgotten_modules_leave_what_is_the_kernels_alone(void **state) {
        _cleanup_symbols_ SymbolTable table = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "");
        put(&table, &tree, "x", 0, 1);
        put(&table, &tree, "k", SYMBOL_KERNEL, 2);
        put(&table, &tree, "y", 5, 3);
        symbol_table_forget_modules(&table);
        assert_provider(&table, &tree, "x", SYMBOL_NO_PROVIDER, 0);
        assert_provider(&table, &tree, "y", SYMBOL_NO_PROVIDER, 0);
        assert_provider(&table, &tree, "k", SYMBOL_KERNEL, 2);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_was_not_put_has_no_provider),
                cmocka_unit_test(later_entry_replaces_the_earlier),
                cmocka_unit_test(last_module_that_exports_a_symbol_provides_it),
                cmocka_unit_test(wide_crc_of_an_export_is_all_ones),
                cmocka_unit_test(every_kernel_has_three_symbols),
                cmocka_unit_test(toc_of_the_kernel_is_kept),
                cmocka_unit_test(prefix_is_not_stripped_from_what_every_kernel_has),
                cmocka_unit_test(prefix_is_stripped_once_from_what_modules_export),
                cmocka_unit_test(prefix_is_one_character_or_none),
                cmocka_unit_test(import_is_looked_up_without_dot_and_prefix),
                cmocka_unit_test(forgotten_modules_leave_what_is_the_kernels_alone),
        };

        return cmocka_run_group_tests_name("symbol-table", tests, NULL, NULL);
}
