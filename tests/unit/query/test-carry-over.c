/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "carry-over.h"

#include <elf.h>

#include "query-case.h"

#define V1 "vermagic 1.0 SMP mod_unload \nmachine 62\n"
#define V2 "vermagic 2.0 SMP mod_unload \nmachine 62\n"

/* Two modules of the new kernel, so that there is a majority; they agree about k1. */
static const char new_kernel[] = "module kernel/x.ko\nexport x1 10\nneed k1 1\nneed k2 2\n" V2
                                 "module kernel/y.ko\nneed k1 1\nneed k2 3\n" V2;

/* "module verdict: code symbol detail, ..." of each */
static void check(const char *old, const char *new, const char *expected) {
        _cleanup_query_case_ QueryCase before = {}, after = {};
        _cleanup_carry_over_ CarryOver over = {};
        _cleanup_buffer_ Buffer text = {};

        query_case_init(&before, old);
        query_case_init(&after, new);
        assert_int_equal(carry_over_find(before.lookup, after.lookup, "2.0", &over), 0);
        for (uint32_t i = 0; i < over.count; i++) {
                buffer_append_format(&text,
                                     "%s %s:", lookup_name(before.lookup, over.items[i].module),
                                     carry_verdict_code(over.items[i].verdict));
                for (size_t k = 0; k < over.n_reasons; k++) {
                        const CarryReason *reason = &over.reasons[k];

                        if (reason->carried == i)
                                buffer_append_format(&text, " %s %s '%s'",
                                                     carry_reason_code(reason->kind),
                                                     reason->symbol, reason->detail);
                }
                buffer_append_byte(&text, '\n');
        }
        assert_text(&text, expected);
}

static void modules_of_the_kernel_itself_are_not_asked_about(void **state) {
        (void) state;
        check("module kernel/a.ko\n" V1, new_kernel, "");
}

static void module_whose_symbols_are_the_same_loads(void **state) {
        (void) state;
        check("module updates/a.ko\nneed k1 1\nneed x1 10\nweak nowhere 7\n" V1, new_kernel,
              "a loads:\n");
}

static void module_that_is_there_needs_no_link(void **state) {
        (void) state;
        check("module extra/x.ko\nneed k1 9\n" V1, new_kernel, "x present:\n");
}

static void other_crc_fails(void **state) {
        (void) state;
        check("module a.ko\nneed k1 9\nneed x1 11\n" V1, new_kernel,
              "a fails: crc-mismatch k1 'vmlinux' crc-mismatch x1 'x'\n");
}

static void what_nothing_tells_is_not_guessed(void **state) {
        (void) state;
        check("module a.ko\nneed k1 1\nneed k9 1\n" V1, new_kernel,
              "a unknown: unknown-symbol k9 ''\n");
        check("module a.ko\nneed k2 2\n" V1, new_kernel,
              "a unknown: unknown-symbol k2 'vmlinux'\n");
        check("module a.ko\nneed k9 1\nneed k1 9\n" V1, new_kernel,
              "a fails: unknown-symbol k9 '' crc-mismatch k1 'vmlinux'\n");
}

static void without_crcs_the_release_has_to_be_the_same(void **state) {
        (void) state;
        check("module a.ko\nneed k1\n" V1, new_kernel,
              "a fails: vermagic-mismatch  '2.0 SMP mod_unload '\n");
        check("module a.ko\nneed k1\n" V2, new_kernel, "a loads:\n");
}

static void other_flags_and_machines_fail(void **state) {
        (void) state;
        check("module a.ko\nneed k1 1\nvermagic 1.0 SMP preempt mod_unload \nmachine 62\n",
              new_kernel, "a fails: vermagic-mismatch  '2.0 SMP mod_unload '\n");
        check("module a.ko\nneed k1 1\nvermagic 1.0 SMP mod_unload \nmachine 183\n", new_kernel,
              "a fails: wrong-machine  'x86-64 (64 bit, little-endian)'\n");
}

static void modules_may_need_each_other(void **state) {
        (void) state;
        check("module u/spl.ko\nexport s 5\nneed k1 1\n" V1
              "module u/zfs.ko\nneed s 5\nneed k1 1\n" V1,
              new_kernel, "spl loads:\nzfs loads:\n");
}

static void what_needs_a_module_that_fails_does_so_too(void **state) {
        (void) state;
        check("module u/top.ko\nneed z 6\n" V1 "module u/zfs.ko\nexport z 6\nneed s 5\n" V1
              "module u/spl.ko\nexport s 5\nneed k1 9\n" V1,
              new_kernel,
              "top fails: dependency z 'zfs'\nzfs fails: dependency s 'spl'\n"
              "spl fails: crc-mismatch k1 'vmlinux'\n");
}

static void not_all_reasons_are_told(void **state) {
        _cleanup_carry_over_ CarryOver over = {};
        _cleanup_query_case_ QueryCase before = {}, after = {};
        _cleanup_buffer_ Buffer script = {};

        (void) state;
        buffer_append_string(&script, "module a.ko\n" V1);
        for (int i = 0; i < 50; i++)
                buffer_append_format(&script, "need lost%d 1\n", i);
        buffer_append_byte(&script, '\0');
        query_case_init(&before, script.data);
        query_case_init(&after, new_kernel);
        assert_int_equal(carry_over_find(before.lookup, after.lookup, "2.0", &over), 0);
        assert_int_equal(over.n_reasons, 8);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(modules_of_the_kernel_itself_are_not_asked_about),
                cmocka_unit_test(module_whose_symbols_are_the_same_loads),
                cmocka_unit_test(module_that_is_there_needs_no_link),
                cmocka_unit_test(other_crc_fails),
                cmocka_unit_test(what_nothing_tells_is_not_guessed),
                cmocka_unit_test(without_crcs_the_release_has_to_be_the_same),
                cmocka_unit_test(other_flags_and_machines_fail),
                cmocka_unit_test(modules_may_need_each_other),
                cmocka_unit_test(what_needs_a_module_that_fails_does_so_too),
                cmocka_unit_test(not_all_reasons_are_told),
        };

        return cmocka_run_group_tests_name("carry-over", tests, NULL, NULL);
}
