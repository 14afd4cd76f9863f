/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conflicts.h"

#include "check-case.h"

/* What the kernel's build tells. */
#define SYMVERS                                                                                    \
        "0x00000001 k vmlinux EXPORT_SYMBOL \n"                                                    \
        "0x00000002 m drivers/m EXPORT_SYMBOL \n"

static void check(const char *script, const char *builtin, const char *expected) {
        _cleanup_conflicts_ Conflicts conflicts = {};
        _cleanup_(case_kernel_done) CaseKernel kernel = {};
        _cleanup_kernel_exports_ KernelExports exports = {};
        _cleanup_buffer_ Buffer text = {};

        case_kernel_init(&kernel, script, builtin);
        case_exports(&exports, SYMVERS);
        assert_int_equal(conflicts_find(kernel.lookup, &exports, &conflicts), 0);
        for (size_t i = 0; i < conflicts.count; i++)
                buffer_append_format(&text, "%s %s %s '%s'\n",
                                     conflict_code(conflicts.items[i].kind),
                                     conflicts.items[i].name, conflicts.items[i].path,
                                     conflicts.items[i].winner);
        assert_text(&text, expected);
}

static void there_are_none_where_all_is_well(void **state) {
        (void) state;
        check("module a.ko\nexport x\nmodule b.ko\nneed x\nexport y\n", "k/c.ko\n", "");
}

static void all_but_the_provider_of_a_symbol_lose(void **state) {
        (void) state;
        check("module a.ko\nexport x\nexport y\nmodule b.ko\nexport x\nmodule c.ko\nexport x\n", "",
              "duplicate-export x a.ko 'c.ko'\nduplicate-export x b.ko 'c.ko'\n");
}

static void export_that_a_file_has_twice_is_told_once(void **state) {
        (void) state;
        check("module a.ko\nexport x\nexport x\n", "", "");
        check("module a.ko\nexport x\nexport x\nmodule b.ko\nexport x\n", "",
              "duplicate-export x a.ko 'b.ko'\n");
}

static void symbol_of_the_kernel_itself_is_lost_by_all_modules(void **state) {
        (void) state;
        check("module a.ko\nexport k\nexport m\nmodule b.ko\nexport k\nexport k\n", "",
              "duplicate-export k a.ko ''\nduplicate-export k b.ko ''\n");
}

static void file_of_a_builtin_module_is_a_conflict(void **state) {
        (void) state;
        check("module k/snd-a.ko\nmodule k/b.ko\n", "k/snd_a.ko\nk/c.ko\n",
              "also-builtin snd_a k/snd-a.ko ''\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(there_are_none_where_all_is_well),
                cmocka_unit_test(all_but_the_provider_of_a_symbol_lose),
                cmocka_unit_test(export_that_a_file_has_twice_is_told_once),
                cmocka_unit_test(symbol_of_the_kernel_itself_is_lost_by_all_modules),
                cmocka_unit_test(file_of_a_builtin_module_is_a_conflict),
        };

        return cmocka_run_group_tests_name("conflicts", tests, NULL, NULL);
}
