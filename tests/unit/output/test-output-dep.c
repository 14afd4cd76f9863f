/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-text.h"

/* modules.dep and modules.dep.bin, specification sections 6.1 and 6.6. */

#define MODULES "module kernel/a-b.ko\nneed x\nmodule /ext/x.ko.xz\nexport x\n"

static void text_is_the_lines(void **state) {
        (void) state;
        assert_output(MODULES, OUTPUT_DEP, "kernel/a-b.ko: /ext/x.ko.xz\n/ext/x.ko.xz:\n", "");
        assert_output("", OUTPUT_DEP, "", "");
}

static void index_has_each_line_under_its_modules_name(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, MODULES);
        assert_index(&rendered.set.files[OUTPUT_DEP_BIN],
                     { "a_b", "kernel/a-b.ko: /ext/x.ko.xz", 0 }, { "x", "/ext/x.ko.xz:", 1 });
}

static void without_modules_the_index_is_empty(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, "");
        assert_empty_index(&rendered.set.files[OUTPUT_DEP_BIN]);
}

/* ".hid.ko" has no name: it is the index's root. */
static void module_without_name_is_indexed(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, "module .hid.ko\nmodule a.ko\n");
        assert_index(&rendered.set.files[OUTPUT_DEP_BIN], { "", ".hid.ko:", 0 },
                     { "a", "a.ko:", 1 });
}

static void priority_is_the_modules_place_also_among_old_lines(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};
        static const char old[] = "b.ko: old\n";
        OutputKind failed;

        (void) state;
        model_script_link(&rendered.model, "module a.ko\nmodule b.ko\n");
        assert_int_equal(dep_lines_append(&rendered.lines, &rendered.model, old, strlen(old), NULL),
                         0);
        rendered.options = (OutputOptions){ .kinds = OUTPUT_ALL, .n_workers = 1 };
        assert_int_equal(output_render(&rendered.set, &rendered.model, &rendered.lines,
                                       &rendered.options, NULL, &failed),
                         0);
        assert_text(&rendered.set.files[OUTPUT_DEP], "b.ko: old\na.ko:\n");
        assert_index(&rendered.set.files[OUTPUT_DEP_BIN], { "b", "b.ko: old", 1 },
                     { "a", "a.ko:", 0 });
}

/* kmod ends here; we leave the one entry out and say so. */
static void line_beyond_ascii_is_left_out_of_the_index_and_told(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, "module k\xc3\xa9/a.ko\nmodule b.ko\nmodule \xc3\xa4.ko\n");
        assert_text(&rendered.set.files[OUTPUT_DEP], "k\xc3\xa9/a.ko:\nb.ko:\n\xc3\xa4.ko:\n");
        assert_index(&rendered.set.files[OUTPUT_DEP_BIN], { "b", "b.ko:", 1 });
        assert_problems(&rendered.problems, "bad-character 'k\xc3\xa9/a.ko:' #195\n"
                                            "bad-character '\xc3\xa4' #195\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(text_is_the_lines),
                cmocka_unit_test(index_has_each_line_under_its_modules_name),
                cmocka_unit_test(without_modules_the_index_is_empty),
                cmocka_unit_test(module_without_name_is_indexed),
                cmocka_unit_test(priority_is_the_modules_place_also_among_old_lines),
                cmocka_unit_test(line_beyond_ascii_is_left_out_of_the_index_and_told),
        };

        return cmocka_run_group_tests_name("output-dep", tests, NULL, NULL);
}
