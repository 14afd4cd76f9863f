/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "symbol-users.h"

#include "kernel-symbols.h"
#include "query-case.h"

/* "name path crc", or "-" for a CRC that is not known, on lines of their own. */
static void check(const QueryCase *query, const char *symbol, const char *expected) {
        _cleanup_providers_ Providers found = {};
        _cleanup_buffer_ Buffer text = {};

        assert_int_equal(symbol_find_providers(query->lookup, symbol, &found), 0);
        for (size_t i = 0; i < found.count; i++) {
                const Provider *provider = &found.items[i];

                buffer_append_format(&text, "%s %s ", provider->name, provider->path);
                if (provider->is_crc_known)
                        buffer_append_format(&text, "%x\n", provider->crc);
                else
                        buffer_append_string(&text, "-\n");
        }
        assert_text(&text, expected);
}

static void check_users(const QueryCase *query, const char *symbol, const char *expected) {
        _cleanup_found_modules_ FoundModules found = {};

        assert_int_equal(symbol_find_users(query->lookup, symbol, &found), 0);
        assert_found(&found, expected);
}

static void provider_comes_first_and_then_the_other_exporters(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "module a.ko\nexport s 11\nmodule b.ko\nexport s 22\nexport t\n"
                                "module c.ko\nexport s 33\nexport w 100000000\n");
        check(&query, "s", "c c.ko 33\na a.ko 11\nb b.ko 22\n");
        check(&query, ".s", "c c.ko 33\na a.ko 11\nb b.ko 22\n");
        check(&query, "t", "b b.ko -\n");
        check(&query, "w", "c c.ko -\n");
        check(&query, "none", "");
}

static void symbol_that_no_module_exports_is_the_kernels(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query, "module a.ko\nneed k 11\nneed l 11\nneed m\nneed n\nweak n 77\n"
                                "module b.ko\nneed k 11\nneed l 12\nneed m\n");
        check(&query, "k", "vmlinux  11\n");
        check(&query, "l", "vmlinux  -\n");
        check(&query, "m", "vmlinux  -\n");
        check(&query, "n", "vmlinux  77\n");
        check(&query, "a", "");
}

static void crc_of_the_kernel_is_that_of_most_modules(void **state) {
        _cleanup_query_case_ QueryCase query = {};
        uint32_t crc;

        (void) state;
        query_case_init(&query, "module a.ko\nneed k 11\nneed l 1\nneed m 5\nmodule b.ko\n"
                                "need k 12\nneed l 2\nneed m\nmodule c.ko\nneed k 11\nneed l 3\n"
                                "module d.ko\nneed l 3\nneed m 100000000\n");
        check(&query, "k", "vmlinux  11\n");
        check(&query, "l", "vmlinux  -\n");
        check(&query, "m", "vmlinux  5\n");
        assert_int_equal(symbol_imported_crc(query.lookup, "k", &crc), 1);
        assert_int_equal(crc, 0x11);
        assert_int_equal(symbol_imported_crc(query.lookup, "l", &crc), 0);
        assert_int_equal(symbol_imported_crc(query.lookup, "none", &crc), 0);
}

static void init_with_symvers(QueryCase *query, const char *script, const char *symvers) {
        assert_int_equal(model_init(&query->model, "/m/1.0"), 0);
        model_script_add(&query->model.tree, script);
        assert_int_equal(kernel_symbols_parse_symvers(&query->model.symbols, &query->model.tree,
                                                      "/symvers", symvers, strlen(symvers), NULL),
                         0);
        assert_int_equal(
                symbol_table_put_kernel_defaults(&query->model.symbols, &query->model.tree), 0);
        assert_int_equal(model_link(&query->model), 0);
        query_case_start(query);
}

static void what_the_kernel_exports_is_known_from_its_list(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        init_with_symvers(&query, "module a.ko\nneed k 11\nneed gone 11\nexport mine 5\n",
                          "0x99\tk\tvmlinux\tEXPORT\n0x98\tunused\tvmlinux\tEXPORT\n"
                          "0x97\tmine\tvmlinux\tEXPORT\n");
        check(&query, "k", "vmlinux  99\n");
        check(&query, "unused", "vmlinux  98\n");
        check(&query, "gone", "");
        check(&query, "mine", "a a.ko 5\n");
}

static void users_are_sorted_by_name(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        query_case_init(&query,
                        "module z.ko\nneed k\nmodule m.ko\nexport s\n"
                        "module a.ko\nneed k\nweak s\nneed .d\nmodule b.ko\nneed k\nneed k\n");
        check_users(&query, "k", "a a.ko 0\nb b.ko 0\nz z.ko 0\n");
        check_users(&query, "s", "a a.ko 0\n");
        check_users(&query, ".d", "a a.ko 0\n");
        check_users(&query, "d", "a a.ko 0\n");
        check_users(&query, "z", "");
        check_users(&query, "none", "");
}

static void prefix_of_symbols_plays_no_part(void **state) {
        _cleanup_query_case_ QueryCase query = {};

        (void) state;
        assert_int_equal(model_init(&query.model, "/m/1.0"), 0);
        query.model.symbols.prefix = '_';
        model_script_add(&query.model.tree, "module a.ko\nexport _s 7\nmodule b.ko\nneed _s\n");
        assert_int_equal(model_link(&query.model), 0);
        query_case_start(&query);
        check(&query, "s", "a a.ko 7\n");
        check_users(&query, "s", "b b.ko 0\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(provider_comes_first_and_then_the_other_exporters),
                cmocka_unit_test(symbol_that_no_module_exports_is_the_kernels),
                cmocka_unit_test(crc_of_the_kernel_is_that_of_most_modules),
                cmocka_unit_test(what_the_kernel_exports_is_known_from_its_list),
                cmocka_unit_test(users_are_sorted_by_name),
                cmocka_unit_test(prefix_of_symbols_plays_no_part),
        };

        return cmocka_run_group_tests_name("symbol-users", tests, NULL, NULL);
}
