/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-text.h"

/* modules.builtin.bin and modules.builtin.alias.bin, specification section 6.6. */

/* NULL: there is no such file. */
static void render(OutputCase *rendered, const char *names, const char *modinfo,
                   size_t modinfo_size) {
        Builtin *builtin = &rendered->model.builtin;
        Tree *tree = &rendered->model.tree;

        model_script_link(&rendered->model, "module a.ko\nalias of-a\n");
        if (names)
                assert_int_equal(builtin_parse_names(builtin, tree, names, strlen(names)), 0);
        if (modinfo)
                assert_int_equal(builtin_parse_modinfo(builtin, tree, modinfo, modinfo_size), 0);
        output_case_render(rendered);
}

static const Buffer *names_of(const OutputCase *rendered) {
        return &rendered->set.files[OUTPUT_BUILTIN_BIN];
}

static const Buffer *aliases_of(const OutputCase *rendered) {
        return &rendered->set.files[OUTPUT_BUILTIN_ALIAS_BIN];
}

static void names_have_empty_values_and_no_priority(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        render(&rendered, "kernel/fs/ext4.ko\nkernel/x/a-b.ko\nkernel/fs/ext4.ko\nkernel/c\n", NULL,
               0);
        assert_index(names_of(&rendered), { "ext4", "", 0 }, { "a_b", "", 0 }, { "ext4", "", 0 },
                     { "c\n", "", 0 });
}

static void file_that_is_missing_makes_an_index_of_no_bytes(void **state) {
        _cleanup_output_case_ OutputCase none = {}, names = {}, modinfo = {};

        (void) state;
        render(&none, NULL, NULL, 0);
        assert_int_equal(names_of(&none)->size, 0);
        assert_int_equal(aliases_of(&none)->size, 0);
        render(&names, "k/a.ko\n", NULL, 0);
        assert_int_not_equal(names_of(&names)->size, 0);
        assert_int_equal(aliases_of(&names)->size, 0);
        render(&modinfo, NULL, "a.alias=x", 10);
        assert_int_equal(names_of(&modinfo)->size, 0);
        assert_int_not_equal(aliases_of(&modinfo)->size, 0);
}

static void file_without_bytes_makes_an_empty_index(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        render(&rendered, "", "", 0);
        assert_empty_index(names_of(&rendered));
        assert_empty_index(aliases_of(&rendered));
}

static void aliases_have_normal_forms_and_names_as_they_are(void **state) {
        static const char modinfo[] = "a-b.alias=x-[y-z]\0ext4.alias=ext3\0ext2.alias=ext3\0";
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        render(&rendered, NULL, modinfo, sizeof(modinfo) - 1);
        assert_index(aliases_of(&rendered), { "x_[y-z]", "a-b", 0 }, { "ext3", "ext4", 0 },
                     { "ext3", "ext2", 0 });
}

static void repeated_alias_is_never_told(void **state) {
        static const char modinfo[] = "a.alias=x\0a.alias=x\0";
        _cleanup_output_case_ OutputCase rendered = { .options.report_duplicates = true };

        (void) state;
        render(&rendered, NULL, modinfo, sizeof(modinfo) - 1);
        assert_index(aliases_of(&rendered), { "x", "a", 0 }, { "x", "a", 0 });
        assert_problems(&rendered.problems, "");
}

static void what_is_wrong_is_left_out_and_told(void **state) {
        static const char modinfo[] = "a.alias=x[\0a.alias=ok\0a.alias=\xc3\xa9\0\xc3.alias=y\0";
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        render(&rendered, "#c\nkernel/\xc3.ko\nkernel/a.ko\n", modinfo, sizeof(modinfo) - 1);
        assert_index(names_of(&rendered), { "a", "", 0 });
        assert_index(aliases_of(&rendered), { "ok", "a", 0 });
        assert_problems(&rendered.problems, "builtin-line '#c\n'\nbad-character '\xc3' #195\n"
                                            "bad-alias 'x['\nbad-character '\xc3\xa9' #195\n"
                                            "bad-character '\xc3' #195\n");
}

/* An over-long field between two aliases that have something wrong with them. */
static void problems_of_the_file_come_among_those_of_its_aliases(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};
        _cleanup_buffer_ Buffer modinfo = {};

        (void) state;
        buffer_append(&modinfo, "a.alias=x[", 11);
        buffer_append_string(&modinfo, "b.alias=");
        for (int i = 0; i < 5000; i++)
                buffer_append_byte(&modinfo, 'y');
        buffer_append(&modinfo, "\0c.alias=z]", 12);
        render(&rendered, NULL, modinfo.data, modinfo.size);
        assert_int_equal(rendered.problems.count, 3);
        assert_string_equal(rendered.problems.items[0].subject, "x[");
        assert_int_equal(rendered.problems.items[1].kind, PROBLEM_BUILTIN_FIELD);
        assert_string_equal(rendered.problems.items[2].subject, "z]");
}

static void problems_are_told_only_with_the_index_that_they_are_about(void **state) {
        _cleanup_output_case_ OutputCase rendered = { .options.kinds = OUTPUT_TEXTS };

        (void) state;
        render(&rendered, "#c\n", "a.alias=x[", 11);
        assert_int_equal(names_of(&rendered)->size, 0);
        assert_int_equal(aliases_of(&rendered)->size, 0);
        assert_problems(&rendered.problems, "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(names_have_empty_values_and_no_priority),
                cmocka_unit_test(file_that_is_missing_makes_an_index_of_no_bytes),
                cmocka_unit_test(file_without_bytes_makes_an_empty_index),
                cmocka_unit_test(aliases_have_normal_forms_and_names_as_they_are),
                cmocka_unit_test(repeated_alias_is_never_told),
                cmocka_unit_test(what_is_wrong_is_left_out_and_told),
                cmocka_unit_test(problems_of_the_file_come_among_those_of_its_aliases),
                cmocka_unit_test(problems_are_told_only_with_the_index_that_they_are_about),
        };

        return cmocka_run_group_tests_name("output-builtin", tests, NULL, NULL);
}
