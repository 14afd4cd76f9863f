/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-symbols.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "model-case.h"

#define _cleanup_symbols_ _cleanup_(symbol_table_done)

typedef int Parse(SymbolTable *table, Tree *tree, const char *path, const char *bytes, size_t size,
                  ProblemList *problems);

/* What the kernel provides then, in the order of first mention: "name=crc ". */
static void check_bytes(Parse *parse, char prefix, const char *bytes, size_t size,
                        const char *expected, const char *problem_lines) {
        _cleanup_symbols_ SymbolTable table = { .prefix = prefix };
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_buffer_ Buffer text = {};
        _cleanup_tree_ Tree tree = {};

        tree_of(&tree, "");
        assert_int_equal(parse(&table, &tree, "/boot/file", bytes, size, &problems), 0);
        for (StringId id = 0; id < string_table_count(tree.strings); id++) {
                Symbol symbol = symbol_table_get(&table, id);

                assert_int_equal(symbol.provider, SYMBOL_KERNEL);
                buffer_append_format(&text, "%s=%" PRIx64 " ", tree_string(&tree, id), symbol.crc);
        }
        assert_text(&text, expected);
        assert_problems(&problems, problem_lines);
}

static void symvers(const char *bytes, const char *expected, const char *problem_lines) {
        check_bytes(kernel_symbols_parse_symvers, '\0', bytes, strlen(bytes), expected,
                    problem_lines);
}

static void system_map(const char *bytes, const char *expected, const char *problem_lines) {
        check_bytes(kernel_symbols_parse_system_map, '\0', bytes, strlen(bytes), expected,
                    problem_lines);
}

static void symvers_lines_of_vmlinux_count(void **state) {
        (void) state;
        symvers("0x12345678\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n"
                "0x00000001\tfoo\tdrivers/foo\tEXPORT_SYMBOL\t\n"
                "0xffffffff\tkfree\tvmlinux\tEXPORT_SYMBOL_GPL\tNS\n",
                "printk=12345678 kfree=ffffffff ", "");
        symvers("", "", "");
}

static void symvers_fields_stand_between_blanks_and_tabs(void **state) {
        (void) state;
        symvers(" \t 1 \t a  vmlinux x\n", "a=1 ", "");
}

/* The newline belongs to the last field, so with three of them it is not "vmlinux". */
static void symvers_line_of_three_fields_does_not_count(void **state) {
        (void) state;
        symvers("1 a vmlinux\n2 b vmlinux \n3 c vmlinuz x\n4 d\n5\n\n6 e vmlinux", "b=2 e=6 ", "");
}

static void symvers_crc_is_hexadecimal(void **state) {
        (void) state;
        symvers("0xAb a vmlinux x\ncd b vmlinux x\n0 c vmlinux x\n123456789abcdef0 d vmlinux x\n",
                "a=ab b=cd c=0 d=123456789abcdef0 ", "");
}

static void symvers_crc_that_is_none_is_a_problem(void **state) {
        (void) state;
        symvers("1 a vmlinux x\n12g b vmlinux x\nx c vmlinux x\n"
                "11112222333344445 d vmlinux x\nx e module x\n2 f vmlinux x\n",
                "a=1 f=2 ",
                "symvers-version /boot/file:2 '12g'\n"
                "symvers-version /boot/file:3 'x'\n"
                "symvers-version /boot/file:4 '11112222333344445' ERANGE\n");
}

static void last_line_of_a_name_counts(void **state) {
        (void) state;
        symvers("1 a vmlinux x\n2 a vmlinux x\n", "a=2 ", "");
}

static void symvers_prefix_is_stripped(void **state) {
        static const char bytes[] = "1 _a vmlinux x\n2 b vmlinux x\n3 __c vmlinux x\n";

        (void) state;
        check_bytes(kernel_symbols_parse_symvers, '_', bytes, strlen(bytes), "a=1 b=2 _c=3 ", "");
}

static void nul_ends_a_symvers_line(void **state) {
        static const char bytes[] = "1 a vmlinux\0x\n2 b vm\0linux x\n3 c vmlinux x\n";

        (void) state;
        check_bytes(kernel_symbols_parse_symvers, '\0', bytes, sizeof(bytes) - 1, "a=1 c=3 ", "");
}

static void long_line_is_read_in_pieces(void **state) {
        char bytes[11000] = {};
        size_t at = 0;

        (void) state;
        at += (size_t) sprintf(bytes, "1 a vmlinux ");
        memset(bytes + at, 'x', 10239 - at);
        (void) stpcpy(bytes + 10239, "2 b vmlinux x\n3 c vmlinux x\n");
        symvers(bytes, "a=1 b=2 c=3 ", "");
}

static void system_map_symbols_behind_ksymtab_count(void **state) {
        (void) state;
        system_map("ffffffff81000000 T _text\n"
                   "ffffffff82000000 r __ksymtab_printk\n"
                   "ffffffff82000008 r __ksymtab_gpl_x\n"
                   "ffffffff82000010 r __kstrtab_printk\n"
                   "0 R x__ksymtab_y\n",
                   "printk=0 gpl_x=0 ", "");
}

static void system_map_name_is_all_behind_the_second_blank(void **state) {
        (void) state;
        system_map("0 r __ksymtab_a b\n0  __ksymtab_c\n  __ksymtab_d\n0 r  __ksymtab_e\n0 r "
                   "__ksymtab_f",
                   "a b=0 c=0 d=0 f=0 ", "");
}

static void system_map_line_without_two_blanks_is_a_problem(void **state) {
        (void) state;
        system_map("0 r __ksymtab_a\nnonsense\none blank\n\n0 r __ksymtab_b\n", "a=0 b=0 ",
                   "system-map-line /boot/file:2 'nonsense\n'\n"
                   "system-map-line /boot/file:3 'one blank\n'\n"
                   "system-map-line /boot/file:4 '\n'\n");
}

/* Before __ksymtab_ and nowhere else. */
static void system_map_prefix_is_stripped(void **state) {
        static const char bytes[] = "0 r ___ksymtab_a\n0 r __ksymtab_b\n0 r ___ksymtab__c\n";

        (void) state;
        check_bytes(kernel_symbols_parse_system_map, '_', bytes, strlen(bytes), "a=0 _c=0 ", "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(symvers_lines_of_vmlinux_count),
                cmocka_unit_test(symvers_fields_stand_between_blanks_and_tabs),
                cmocka_unit_test(symvers_line_of_three_fields_does_not_count),
                cmocka_unit_test(symvers_crc_is_hexadecimal),
                cmocka_unit_test(symvers_crc_that_is_none_is_a_problem),
                cmocka_unit_test(last_line_of_a_name_counts),
                cmocka_unit_test(symvers_prefix_is_stripped),
                cmocka_unit_test(nul_ends_a_symvers_line),
                cmocka_unit_test(long_line_is_read_in_pieces),
                cmocka_unit_test(system_map_symbols_behind_ksymtab_count),
                cmocka_unit_test(system_map_name_is_all_behind_the_second_blank),
                cmocka_unit_test(system_map_line_without_two_blanks_is_a_problem),
                cmocka_unit_test(system_map_prefix_is_stripped),
        };

        return cmocka_run_group_tests_name("kernel-symbols", tests, NULL, NULL);
}
