/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "builtin.h"

#include "model-case.h"

#define _cleanup_builtin_ _cleanup_(builtin_done)

typedef int Parse(Builtin *builtin, Tree *tree, const char *bytes, size_t size);

/* Parses memory of just the right size. */
static void parse(Parse *parser, Builtin *builtin, Tree *tree, const char *bytes, size_t size) {
        _cleanup_free_ char *copy = malloc(size + 1);

        assert_non_null(copy);
        memcpy(copy + 1, bytes, size);
        assert_int_equal(parser(builtin, tree, copy + 1, size), 0);
}

/* Each name in brackets. */
static void check_names(const char *bytes, size_t size, const char *expected,
                        const char *problem_lines) {
        _cleanup_builtin_ Builtin builtin = {};
        _cleanup_buffer_ Buffer text = {};
        _cleanup_tree_ Tree tree = {};

        tree_of(&tree, "");
        parse(builtin_parse_names, &builtin, &tree, bytes, size);
        assert_true(builtin.has_names);
        assert_false(builtin.has_modinfo);
        for (size_t i = 0; i < builtin.n_names; i++)
                buffer_append_format(&text, "[%s]", tree_string(&tree, builtin.names[i]));
        assert_text(&text, expected);
        assert_problems(&builtin.names_problems, problem_lines);
}

#define NAMES(bytes, expected, problems) check_names(bytes, sizeof(bytes) - 1, expected, problems)

static void names_are_those_of_the_files_in_their_order(void **state) {
        (void) state;
        NAMES("", "", "");
        NAMES("kernel/fs/ext4.ko\nkernel/x/a-b.ko\nKernel.ko\n", "[ext4][a_b][Kernel]", "");
        NAMES("kernel/fs/ext4.ko", "[ext4]", "");
        NAMES("kernel/a.x.ko\n", "[a]", "");
}

static void repeated_name_is_kept(void **state) {
        (void) state;
        NAMES("kernel/a.ko\nkernel/b.ko\nkernel/a.ko\n", "[a][b][a]", "");
}

/* The newline takes part in the name, as far as no dot comes before it. */
static void line_without_dot_gives_a_name_with_newline(void **state) {
        (void) state;
        NAMES("kernel/a\nkernel.d/b\nkernel/c", "[a\n][b\n][c]", "");
        NAMES("kernel/fs/\n", "[\n]", "");
}

static void line_that_does_not_begin_with_a_letter_is_a_problem(void **state) {
        (void) state;
        NAMES("#c\nkernel/a.ko\n\n 1\n1/a.ko\n/k/a.ko\n.a\nkernel/b.ko\n", "[a][b]",
              "builtin-line '#c\n'\nbuiltin-line '\n'\nbuiltin-line ' 1\n'\n"
              "builtin-line '1/a.ko\n'\nbuiltin-line '/k/a.ko\n'\nbuiltin-line '.a\n'\n");
        NAMES("\xc3\xa9.ko\n[.ko\n`.ko\n{.ko\n@.ko\nz.ko\nA.ko\nZ.ko\n", "[z][A][Z]",
              "builtin-line '\xc3\xa9.ko\n'\nbuiltin-line '[.ko\n'\nbuiltin-line '`.ko\n'\n"
              "builtin-line '{.ko\n'\nbuiltin-line '@.ko\n'\n");
}

static void nul_ends_a_line(void **state) {
        (void) state;
        NAMES("kernel/a\0.ko\n\0x\nkernel/b.ko\n", "[a][b]", "builtin-line ''\n");
}

static void long_line_comes_in_pieces(void **state) {
        char bytes[4200] = {}, expected[4200] = "[";

        (void) state;
        memset(bytes, 'x', 4095);
        (void) stpcpy(bytes + 4095, "y.ko\n");
        memset(expected + 1, 'x', 4095);
        (void) stpcpy(expected + 4096, "][y]");
        check_names(bytes, strlen(bytes), expected, "");
}

/* "module alias" in brackets. */
static void check_modinfo(const char *bytes, size_t size, const char *expected,
                          const char *problem_lines) {
        _cleanup_builtin_ Builtin builtin = {};
        _cleanup_buffer_ Buffer text = {};
        _cleanup_tree_ Tree tree = {};

        tree_of(&tree, "");
        parse(builtin_parse_modinfo, &builtin, &tree, bytes, size);
        assert_true(builtin.has_modinfo);
        assert_false(builtin.has_names);
        for (size_t i = 0; i < builtin.n_aliases; i++)
                buffer_append_format(&text, "[%s %s]",
                                     tree_string(&tree, builtin.aliases[i].module),
                                     tree_string(&tree, builtin.aliases[i].alias));
        assert_text(&text, expected);
        assert_problems(&builtin.modinfo_problems, problem_lines);
}

#define MODINFO(bytes, expected) check_modinfo(bytes, sizeof(bytes) - 1, expected, "")

static void aliases_come_in_the_order_of_their_records(void **state) {
        (void) state;
        MODINFO("", "");
        MODINFO("ext4.license=GPL\0ext4.alias=fs-ext4\0ext4.alias=ext3\0ext2.alias=ext3\0",
                "[ext4 fs-ext4][ext4 ext3][ext2 ext3]");
        MODINFO("a.alias=x\0a.alias=x\0", "[a x][a x]");
}

/* The key is what stands between the first '.' and the first '='. */
static void key_must_be_alias_exactly(void **state) {
        (void) state;
        MODINFO("m.file.alias=x\0m.alia=x\0m.aliass=x\0m.Alias=x\0m.=x\0m.alias=y\0", "[m y]");
}

static void names_and_values_are_taken_as_they_are(void **state) {
        (void) state;
        MODINFO("a-b.alias=c-d=e.f [\0", "[a-b c-d=e.f []");
}

static void name_begins_behind_leading_dots(void **state) {
        (void) state;
        MODINFO(".alias=lost\0a.alias=x\0..b.alias=y\0", "[a x][b y]");
}

static void alias_without_value_or_end_is_dropped(void **state) {
        (void) state;
        MODINFO("a.alias=\0b.alias=x\0", "[b x]");
        MODINFO("a.alias=x\0b.alias=y", "[a x]");
        MODINFO("a.alias=", "");
}

static void record_without_dot_is_dropped(void **state) {
        (void) state;
        MODINFO("nodot=x\0a.alias=y\0\0\0b.alias=z\0nodot", "[a y][b z]");
}

/* A quirk of kmod's: the record behind it goes with it. */
static void record_without_equals_sign_swallows_the_next(void **state) {
        (void) state;
        MODINFO("a.alias\0b.alias=lost\0c.alias=kept\0", "[c kept]");
        MODINFO("a.x\0b.alias=lost\0c.alias=kept\0", "[c kept]");
        MODINFO("a.alias", "");
}

static void field_that_is_too_long_is_told_and_the_rest_is_read(void **state) {
        char bytes[16384], problem[8192] = "builtin-field '";
        size_t size;

        (void) state;
        size = (size_t) (stpcpy(bytes, "a.alias=x") - bytes) + 1;
        size += (size_t) (stpcpy(bytes + size, "b.alias=") - (bytes + size));
        memset(bytes + size, 'y', 5000);
        size += 5000;
        bytes[size++] = '\0';
        size += (size_t) (stpcpy(bytes + size, "c.alias=z") - (bytes + size)) + 1;

        memset(problem + strlen(problem), 'y', 4096);
        (void) stpcpy(problem + strlen(problem), "' #1\n");
        check_modinfo(bytes, size, "[a x][c z]", problem);
}

static void field_below_the_limit_is_read(void **state) {
        char bytes[4200] = "a.alias=", expected[4200] = "[a ";

        (void) state;
        memset(bytes + 8, 'y', 4095);
        memset(expected + 3, 'y', 4095);
        expected[3 + 4095] = ']';
        check_modinfo(bytes, 8 + 4095 + 1, expected, "");
}

static void both_files_may_be_read(void **state) {
        _cleanup_builtin_ Builtin builtin = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "");
        parse(builtin_parse_names, &builtin, &tree, "k/a.ko\n", 7);
        parse(builtin_parse_modinfo, &builtin, &tree, "a.alias=x", 10);
        assert_true(builtin.has_names && builtin.has_modinfo);
        assert_int_equal(builtin.n_names, 1);
        assert_int_equal(builtin.n_aliases, 1);
        builtin_done(&builtin);
        assert_false(builtin.has_names || builtin.has_modinfo);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(names_are_those_of_the_files_in_their_order),
                cmocka_unit_test(repeated_name_is_kept),
                cmocka_unit_test(line_without_dot_gives_a_name_with_newline),
                cmocka_unit_test(line_that_does_not_begin_with_a_letter_is_a_problem),
                cmocka_unit_test(nul_ends_a_line),
                cmocka_unit_test(long_line_comes_in_pieces),
                cmocka_unit_test(aliases_come_in_the_order_of_their_records),
                cmocka_unit_test(key_must_be_alias_exactly),
                cmocka_unit_test(names_and_values_are_taken_as_they_are),
                cmocka_unit_test(name_begins_behind_leading_dots),
                cmocka_unit_test(alias_without_value_or_end_is_dropped),
                cmocka_unit_test(record_without_dot_is_dropped),
                cmocka_unit_test(record_without_equals_sign_swallows_the_next),
                cmocka_unit_test(field_that_is_too_long_is_told_and_the_rest_is_read),
                cmocka_unit_test(field_below_the_limit_is_read),
                cmocka_unit_test(both_files_may_be_read),
        };

        return cmocka_run_group_tests_name("builtin", tests, NULL, NULL);
}
