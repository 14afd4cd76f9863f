/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "module-name.h"

/* What a normalisation appends to a buffer that is not empty; NULL for -EINVAL. */
static void assert_alias(const char *alias, const char *expected) {
        _cleanup_buffer_ Buffer output = {};
        int r;

        buffer_append_string(&output, "before:");
        r = alias_normalize(alias, strlen(alias), &output);
        assert_int_equal(r, expected ? 0 : -EINVAL);
        buffer_append_byte(&output, '\0');
        assert_memory_equal(output.data, "before:", 7);
        assert_string_equal(output.data + 7, expected ? expected : "");
}

static void assert_name(const char *path, const char *expected) {
        _cleanup_buffer_ Buffer output = {};

        buffer_append_string(&output, "before:");
        assert_int_equal(module_name_from_path(path, strlen(path), &output), 0);
        buffer_append_byte(&output, '\0');
        assert_memory_equal(output.data, "before:", 7);
        assert_string_equal(output.data + 7, expected);
}

static void alias_without_dashes_stays(void **state) {
        (void) state;
        assert_alias("", "");
        assert_alias("test[abcfoobar]2211", "test[abcfoobar]2211");
        assert_alias("bar[aaa][bbbb]sss", "bar[aaa][bbbb]sss");
        assert_alias("kmod[p.b]lib", "kmod[p.b]lib");
        assert_alias("[az]1234[AZ]", "[az]1234[AZ]");
        assert_alias("pci:v00008086d*", "pci:v00008086d*");
}

static void dash_of_an_alias_becomes_underscore(void **state) {
        (void) state;
        assert_alias("u:1-*", "u:1_*");
        assert_alias("-a - b_c-", "_a _ b_c_");
}

static void dash_in_brackets_stays(void **state) {
        (void) state;
        assert_alias("u:1-[2-3]", "u:1_[2-3]");
        assert_alias("[-]-[a-z-]-", "[-]_[a-z-]_");
        assert_alias("-[]-", "_[]_");
}

static void opening_bracket_in_brackets_is_ordinary(void **state) {
        (void) state;
        assert_alias("[a-[-b]-", "[a-[-b]_");
        assert_alias("[[[]", "[[[]");
        assert_alias("[[]]", NULL);
}

static void unbalanced_brackets_are_refused(void **state) {
        (void) state;
        assert_alias("[", NULL);
        assert_alias("]", NULL);
        assert_alias("a-b]", NULL);
        assert_alias("a-b[c", NULL);
        assert_alias("[a]]", NULL);
        assert_alias("[a][", NULL);
}

static void alias_ends_where_its_size_says(void **state) {
        _cleanup_buffer_ Buffer output = {};

        (void) state;
        assert_int_equal(alias_normalize("a-b-c", 3, &output), 0);
        assert_int_equal(alias_normalize("[a]", 2, &output), -EINVAL);
        assert_int_equal(output.size, 3);
        assert_memory_equal(output.data, "a_b", 3);
}

static void alias_is_cut_at_its_limit(void **state) {
        _cleanup_buffer_ Buffer output = {};
        char alias[ALIAS_SIZE_MAX + 10];

        (void) state;
        memset(alias, '-', sizeof(alias));
        alias[ALIAS_SIZE_MAX] = ']';
        assert_int_equal(alias_normalize(alias, sizeof(alias), &output), 0);
        assert_int_equal(output.size, 4095);
        for (size_t i = 0; i < output.size; i++)
                assert_int_equal(output.data[i], '_');
}

static void bracket_across_the_limit_is_refused(void **state) {
        _cleanup_buffer_ Buffer output = {};
        char alias[ALIAS_SIZE_MAX + 1];

        (void) state;
        memset(alias, 'a', sizeof(alias));
        alias[ALIAS_SIZE_MAX - 2] = '[';
        alias[ALIAS_SIZE_MAX] = ']';
        assert_int_equal(alias_normalize(alias, sizeof(alias), &output), -EINVAL);
        assert_int_equal(output.size, 0);

        alias[ALIAS_SIZE_MAX - 1] = ']';
        assert_int_equal(alias_normalize(alias, sizeof(alias), &output), 0);
        assert_int_equal(output.size, ALIAS_SIZE_MAX);
}

static void module_name_is_the_last_component_up_to_its_first_dot(void **state) {
        (void) state;
        assert_name("kernel/fs/ext4/ext4.ko", "ext4");
        assert_name("/lib/modules/6.1.0/kernel/ext4.ko.xz", "ext4");
        assert_name("ext4.ko", "ext4");
        assert_name("ext4", "ext4");
        assert_name("a.b/foo.bar.ko", "foo");
        assert_name("kernel/.hid.ko", "");
        assert_name("kernel/", "");
        assert_name("", "");
}

static void dash_of_a_module_name_becomes_underscore_everywhere(void **state) {
        (void) state;
        assert_name("kernel/a-b/snd-hda-intel.ko.zst", "snd_hda_intel");
        assert_name("x[a-b]-.ko", "x[a_b]_");
}

static void line_end_stays_in_a_module_name(void **state) {
        (void) state;
        assert_name("kernel/fs/ext4.ko\n", "ext4");
        assert_name("kernel/fs/ext4\n", "ext4\n");
}

static void path_ends_where_its_size_says(void **state) {
        _cleanup_buffer_ Buffer output = {};

        (void) state;
        assert_int_equal(module_name_from_path("kernel/abc.ko/x", 9, &output), 0);
        assert_int_equal(output.size, 2);
        assert_memory_equal(output.data, "ab", 2);
}

static void module_name_is_not_longer_than_a_path(void **state) {
        _cleanup_buffer_ Buffer output = {};
        char path[PATH_MAX + 4];

        (void) state;
        memset(path, 'a', sizeof(path));
        assert_int_equal(module_name_from_path(path, PATH_MAX, &output), -ENAMETOOLONG);
        assert_int_equal(output.size, 0);
        assert_int_equal(module_name_from_path(path, PATH_MAX - 1, &output), 0);
        assert_int_equal(output.size, PATH_MAX - 1);

        path[3] = '/';
        path[PATH_MAX] = '.';
        assert_int_equal(module_name_from_path(path, sizeof(path), &output), 0);
        assert_int_equal(output.size, PATH_MAX - 1 + PATH_MAX - 4);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(alias_without_dashes_stays),
                cmocka_unit_test(dash_of_an_alias_becomes_underscore),
                cmocka_unit_test(dash_in_brackets_stays),
                cmocka_unit_test(opening_bracket_in_brackets_is_ordinary),
                cmocka_unit_test(unbalanced_brackets_are_refused),
                cmocka_unit_test(alias_ends_where_its_size_says),
                cmocka_unit_test(alias_is_cut_at_its_limit),
                cmocka_unit_test(bracket_across_the_limit_is_refused),
                cmocka_unit_test(module_name_is_the_last_component_up_to_its_first_dot),
                cmocka_unit_test(dash_of_a_module_name_becomes_underscore_everywhere),
                cmocka_unit_test(line_end_stays_in_a_module_name),
                cmocka_unit_test(path_ends_where_its_size_says),
                cmocka_unit_test(module_name_is_not_longer_than_a_path),
        };

        return cmocka_run_group_tests_name("module-name", tests, NULL, NULL);
}
