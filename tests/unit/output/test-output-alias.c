/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-text.h"

/* modules.alias and modules.alias.bin, specification sections 6.2 and 6.6. */

#define HEADER "# Aliases extracted from modules themselves.\n"

static void aliases_come_module_by_module_as_they_are(void **state) {
        (void) state;
        assert_output("module b-c.ko\nalias u:1-[2-3]\nalias u:1-*\nalias u:1-*\nmodule a.ko\n"
                      "module d.ko\nalias a b\nalias \n",
                      OUTPUT_ALIAS,
                      HEADER "alias u:1-[2-3] b_c\nalias u:1-* b_c\nalias u:1-* b_c\n"
                             "alias a b d\nalias  d\n",
                      "");
}

static void header_stands_also_above_nothing(void **state) {
        (void) state;
        assert_output("", OUTPUT_ALIAS, HEADER, "");
        assert_output("module a.ko\n", OUTPUT_ALIAS, HEADER, "");
}

static void index_has_normal_forms_and_module_names(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, "module a-b.ko\nalias x-y[a-b]-z\nalias plain\nalias \n"
                                  "module c.ko\nalias plain\nalias x-y\n");
        assert_index(&rendered.set.files[OUTPUT_ALIAS_BIN], { "x_y[a-b]_z", "a_b", 0 },
                     { "plain", "a_b", 0 }, { "", "a_b", 0 }, { "plain", "c", 1 },
                     { "x_y", "c", 1 });
}

static void without_aliases_the_index_is_empty(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, "module a.ko\n");
        assert_empty_index(&rendered.set.files[OUTPUT_ALIAS_BIN]);
}

static void unbalanced_alias_is_only_in_the_text_and_told(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, "module a.ko\nalias x[\nalias ok\nalias y]\nalias [a[b]\n"
                                  "alias z[]]\n");
        assert_text(&rendered.set.files[OUTPUT_ALIAS],
                    HEADER "alias x[ a\nalias ok a\nalias y] a\nalias [a[b] a\nalias z[]] a\n");
        assert_index(&rendered.set.files[OUTPUT_ALIAS_BIN], { "ok", "a", 0 }, { "[a[b]", "a", 0 });
        assert_problems(&rendered.problems, "bad-alias 'x['\nbad-alias 'y]'\nbad-alias 'z[]]'\n");
}

static void repeated_alias_is_kept_and_told_if_wanted(void **state) {
        static const char script[] = "module m.ko\nalias z-z\nalias a\nalias z_z\nalias z-z\n"
                                     "module n.ko\nalias a\nalias n\nmodule o.ko\nalias n\n"
                                     "alias n\n";

        (void) state;
        for (int wanted = 0; wanted <= 1; wanted++) {
                _cleanup_output_case_ OutputCase rendered = { .options.report_duplicates = wanted };

                output_case_of(&rendered, script);
                assert_index(&rendered.set.files[OUTPUT_ALIAS_BIN], { "z_z", "m", 0 },
                             { "a", "m", 0 }, { "z_z", "m", 0 }, { "z_z", "m", 0 }, { "a", "n", 1 },
                             { "n", "n", 1 }, { "n", "o", 2 }, { "n", "o", 2 });
                assert_problems(&rendered.problems, wanted ? "duplicate-value 'alias' (z_z m)\n"
                                                             "duplicate-value 'alias' (z_z m)\n"
                                                             "duplicate-value 'alias' (n o)\n"
                                                           : "");
        }
}

static void nothing_is_repeated_among_different_aliases(void **state) {
        _cleanup_output_case_ OutputCase rendered = { .options.report_duplicates = true };

        (void) state;
        output_case_of(&rendered, "module m.ko\nalias a\nalias b\nmodule n.ko\nalias a\n");
        assert_problems(&rendered.problems, "");
}

static void alias_beyond_ascii_is_left_out_of_the_index_and_told(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, "module a.ko\nalias x\xff-\nalias ok\n");
        assert_text(&rendered.set.files[OUTPUT_ALIAS], HEADER "alias x\xff- a\nalias ok a\n");
        assert_index(&rendered.set.files[OUTPUT_ALIAS_BIN], { "ok", "a", 0 });
        assert_problems(&rendered.problems, "bad-character 'x\xff_' #255\n");
}

/* Only what stands before is the key, and only that must be balanced. */
static void alias_is_cut_behind_4095_bytes_in_the_index(void **state) {
        static const char *const ends[] = { "y]", "y" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(ends); i++) {
                _cleanup_output_case_ OutputCase rendered = {};
                char alias[4200] = {}, key[4200] = {};
                StringTable *strings;
                StringId id;

                memset(alias, 'x', 4095);
                memcpy(key, alias, 4095);
                (void) stpcpy(alias + 4095, ends[i]);
                assert_int_equal(model_init(&rendered.model, "/m/1.0"), 0);
                model_script_add(&rendered.model.tree, "module a.ko\nalias replaced\n");
                strings = rendered.model.tree.strings;
                assert_int_equal(string_table_intern(strings, alias, strlen(alias), &id), 0);
                module_aliases(&rendered.model.tree.modules[0])[0] = id;
                assert_int_equal(model_link(&rendered.model), 0);
                output_case_render(&rendered);
                assert_int_equal(rendered.set.files[OUTPUT_ALIAS].size,
                                 strlen(HEADER "alias  a\n") + strlen(alias));
                assert_index(&rendered.set.files[OUTPUT_ALIAS_BIN], { key, "a", 0 });
                assert_problems(&rendered.problems, "");
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(aliases_come_module_by_module_as_they_are),
                cmocka_unit_test(header_stands_also_above_nothing),
                cmocka_unit_test(index_has_normal_forms_and_module_names),
                cmocka_unit_test(without_aliases_the_index_is_empty),
                cmocka_unit_test(unbalanced_alias_is_only_in_the_text_and_told),
                cmocka_unit_test(repeated_alias_is_kept_and_told_if_wanted),
                cmocka_unit_test(nothing_is_repeated_among_different_aliases),
                cmocka_unit_test(alias_beyond_ascii_is_left_out_of_the_index_and_told),
                cmocka_unit_test(alias_is_cut_behind_4095_bytes_in_the_index),
        };

        return cmocka_run_group_tests_name("output-alias", tests, NULL, NULL);
}
