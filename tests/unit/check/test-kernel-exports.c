/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-exports.h"

#include "test-case.h"

static void append_export(Buffer *text, const KernelExport *export) {
        static const char *const kinds[] = { [CANDIDATE_EXPORT_UNKNOWN] = "?",
                                             [CANDIDATE_EXPORT_ANY] = "any",
                                             [CANDIDATE_EXPORT_GPL] = "gpl" };

        buffer_append_format(text, "%s [%s] %s [%s]", export->name, export->provider,
                             kinds[export->kind], export->namespace);
        if (export->has_crc)
                buffer_append_format(text, " %x", export->crc);
        buffer_append_byte(text, '\n');
}

static void assert_parsed(int (*parse)(KernelExports *exports, Buffer *bytes), const char *file,
                          const char *expected) {
        _cleanup_kernel_exports_ KernelExports exports = {};
        _cleanup_buffer_ Buffer bytes = {}, text = {};

        buffer_append_string(&bytes, file);
        assert_int_equal(parse(&exports, &bytes), 0);
        for (size_t i = 0; i < exports.count; i++)
                append_export(&text, &exports.items[i]);
        assert_text(&text, expected);
}

static void assert_symvers(const char *file, const char *expected) {
        assert_parsed(kernel_exports_parse_symvers, file, expected);
}

static void symvers_of_today_is_read(void **state) {
        (void) state;
        assert_symvers("0x0000000b\tb\tdrivers/m\tEXPORT_SYMBOL_GPL\tSPACE\n"
                       "0x0000000a\ta\tvmlinux\tEXPORT_SYMBOL\t\n",
                       "a [] any [] a\nb [drivers/m] gpl [SPACE] b\n");
}

static void symvers_of_former_times_is_read(void **state) {
        (void) state;
        assert_symvers("0x0000000a\ta\tvmlinux\tEXPORT_SYMBOL\n", "a [] any [] a\n");
        assert_symvers("0x0000000a\ta\t\tvmlinux\tEXPORT_SYMBOL_GPL\n"
                       "0x0000000b\tb\tSPACE\tdrivers/m\tEXPORT_SYMBOL",
                       "a [] gpl [] a\nb [drivers/m] any [SPACE] b\n");
}

static void crc_of_zero_is_none(void **state) {
        (void) state;
        assert_symvers("0x00000000\ta\tvmlinux\tEXPORT_SYMBOL\t\n", "a [] any []\n");
}

static void lines_that_are_none_are_passed_over(void **state) {
        (void) state;
        assert_symvers("\n\t\t\t\t\nno\tx\tvmlinux\tEXPORT_SYMBOL\n0x1\n0x1\ta\n0x1\ta\tvmlinux\n"
                       "0x1\ta\tvmlinux\tother\n0x1\t\tvmlinux\tEXPORT_SYMBOL\n"
                       "0x1\tEXPORT_SYMBOL\tEXPORT_SYMBOL\tx\n"
                       "0x1\ta\tb\tc\td\tEXPORT_SYMBOL\n",
                       "");
        assert_symvers("", "");
}

static void system_map_tells_names_and_kinds(void **state) {
        (void) state;
        assert_parsed(kernel_exports_parse_system_map,
                      "1000 R __start___ksymtab\n1000 r __ksymtab_b\n2000 R __stop___ksymtab\n"
                      "2000 R __start___ksymtab_gpl\n2000 r __ksymtab_a\n"
                      "3000 R __stop___ksymtab_gpl\n4000 T function\nno line\n\n"
                      "000 r __ksymtab_\n",
                      " [] any []\na [] gpl []\nb [] any []\n");
        assert_parsed(kernel_exports_parse_system_map, "1000 r __ksymtab_a\n", "a [] ? []\n");
}

static void kernels_own_export_is_found_first(void **state) {
        _cleanup_kernel_exports_ KernelExports exports = {};
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        buffer_append_string(&bytes, "0x1\ta\tm\tEXPORT_SYMBOL\n0x2\ta\tvmlinux\tEXPORT_SYMBOL\n"
                                     "0x3\tb\tm\tEXPORT_SYMBOL\n");
        assert_int_equal(kernel_exports_parse_symvers(&exports, &bytes), 0);
        assert_int_equal(kernel_exports_find(&exports, "a")->crc, 2);
        assert_int_equal(kernel_exports_find(&exports, "b")->crc, 3);
        assert_null(kernel_exports_find(&exports, ""));
        assert_null(kernel_exports_find(&exports, "c"));
        assert_true(exports.has_crcs);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(symvers_of_today_is_read),
                cmocka_unit_test(symvers_of_former_times_is_read),
                cmocka_unit_test(crc_of_zero_is_none),
                cmocka_unit_test(lines_that_are_none_are_passed_over),
                cmocka_unit_test(system_map_tells_names_and_kinds),
                cmocka_unit_test(kernels_own_export_is_found_first),
        };

        return cmocka_run_group_tests_name("kernel-exports", tests, NULL, NULL);
}
