/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-text.h"

/* What holds for the set of outputs as a whole. */

#define MODULES                                                                                    \
        "module a-b.ko\nneed x\nalias p-q\nalias devname:d\nalias char-major-1-2\nsoftdep s\n"     \
        "module c.ko\nexport x\nweakdep w\n"

/* Something for each file. */
static void render(OutputCase *rendered, OutputOptions options) {
        Builtin *builtin = &rendered->model.builtin;

        rendered->options = options;
        model_script_link(&rendered->model, MODULES);
        assert_int_equal(builtin_parse_names(builtin, &rendered->model.tree, "k/e.ko\n", 7), 0);
        assert_int_equal(builtin_parse_modinfo(builtin, &rendered->model.tree, "e.alias=f", 10), 0);
        output_case_render(rendered);
}

/* Section 6.0. */
static void outputs_are_in_the_order_in_which_kmod_writes_them(void **state) {
        static const char *const names[] = {
                "modules.dep",         "modules.dep.bin",
                "modules.alias",       "modules.alias.bin",
                "modules.softdep",     "modules.weakdep",
                "modules.symbols",     "modules.symbols.bin",
                "modules.builtin.bin", "modules.builtin.alias.bin",
                "modules.devname",
        };

        (void) state;
        assert_int_equal(OUTPUT_KINDS, ELEMENTSOF(names));
        for (OutputKind i = 0; i < OUTPUT_KINDS; i++)
                assert_string_equal(output_name(i), names[i]);
}

/* Section 1.5: what depmod -n shows. */
static void texts_are_those_without_binary_and_builtin(void **state) {
        (void) state;
        for (OutputKind i = 0; i < OUTPUT_KINDS; i++) {
                const char *name = output_name(i);
                bool is_text = !strstr(name, ".bin");

                assert_int_equal((OUTPUT_TEXTS & OUTPUT_BIT(i)) != 0, is_text);
                assert_true((OUTPUT_ALL & OUTPUT_BIT(i)) != 0);
        }
}

static void only_what_is_wanted_has_bytes(void **state) {
        (void) state;
        for (OutputKind wanted = 0; wanted < OUTPUT_KINDS; wanted++) {
                _cleanup_output_case_ OutputCase rendered = {}, all = {};

                render(&all, (OutputOptions){});
                render(&rendered, (OutputOptions){ .kinds = OUTPUT_BIT(wanted) });
                for (OutputKind i = 0; i < OUTPUT_KINDS; i++) {
                        const Buffer *file = &all.set.files[i];

                        assert_int_not_equal(file->size, 0);
                        assert_bytes(&rendered.set.files[i], file->data,
                                     i == wanted ? file->size : 0);
                }
        }
}

static void number_of_workers_does_not_show(void **state) {
        (void) state;
        for (unsigned n_workers = 2; n_workers <= 8; n_workers += 3) {
                _cleanup_output_case_ OutputCase one = {}, many = {};

                render(&one, (OutputOptions){ .n_workers = 1 });
                render(&many, (OutputOptions){ .n_workers = n_workers });
                for (OutputKind i = 0; i < OUTPUT_KINDS; i++)
                        assert_bytes(&many.set.files[i], one.set.files[i].data,
                                     one.set.files[i].size);
        }
}

static void layout_is_that_of_all_indexes(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        render(&rendered, (OutputOptions){ .layout = INDEX_POSTORDER });
        assert_index_of(
                &rendered.set.files[OUTPUT_DEP_BIN], INDEX_POSTORDER,
                (const ExpectedEntry[]){ { "a_b", "a-b.ko: c.ko", 0 }, { "c", "c.ko:", 1 } }, 2);
        assert_index_of(&rendered.set.files[OUTPUT_ALIAS_BIN], INDEX_POSTORDER,
                        (const ExpectedEntry[]){ { "p_q", "a_b", 0 },
                                                 { "devname:d", "a_b", 0 },
                                                 { "char_major_1_2", "a_b", 0 } },
                        3);
        assert_index_of(&rendered.set.files[OUTPUT_SYMBOLS_BIN], INDEX_POSTORDER,
                        (const ExpectedEntry[]){ { "symbol:x", "c", 1 } }, 1);
        assert_index_of(&rendered.set.files[OUTPUT_BUILTIN_BIN], INDEX_POSTORDER,
                        (const ExpectedEntry[]){ { "e", "", 0 } }, 1);
        assert_index_of(&rendered.set.files[OUTPUT_BUILTIN_ALIAS_BIN], INDEX_POSTORDER,
                        (const ExpectedEntry[]){ { "f", "e", 0 } }, 1);
}

#define WRONG                                                                                      \
        "module a.ko\nalias devname:d\nalias x[\nalias y\nalias y\nexport \xff\n"                  \
        "module k\xff/b.ko\n"

static void problems_come_in_the_order_of_the_outputs_whoever_finds_them(void **state) {
        (void) state;
        for (unsigned n_workers = 1; n_workers <= 7; n_workers += 3) {
                _cleanup_output_case_ OutputCase rendered = {
                        .options = { .n_workers = n_workers, .report_duplicates = true },
                };

                output_case_of(&rendered, WRONG);
                assert_problems(&rendered.problems, "bad-character 'k\xff/b.ko:' #255\n"
                                                    "bad-alias 'x['\n"
                                                    "duplicate-value 'alias' (y a)\n"
                                                    "bad-character 'symbol:\xff' #255\n"
                                                    "devname-without-numbers 'a' (d)\n");
        }
}

static void problems_of_less_severity_are_not_recorded(void **state) {
        _cleanup_output_case_ OutputCase rendered = {
                .options.report_duplicates = true,
                .problems.least = PROBLEM_ERROR,
        };

        (void) state;
        output_case_of(&rendered, WRONG);
        assert_problems(&rendered.problems, "bad-character 'k\xff/b.ko:' #255\n"
                                            "bad-character 'symbol:\xff' #255\n"
                                            "devname-without-numbers 'a' (d)\n");
}

static void problems_need_not_be_wanted(void **state) {
        _cleanup_output_case_ OutputCase rendered = {
                .options = { .kinds = OUTPUT_ALL, .n_workers = 2 },
        };
        OutputKind failed;

        (void) state;
        model_script_link(&rendered.model, WRONG);
        assert_int_equal(dep_lines_render(&rendered.lines, &rendered.model), 0);
        assert_int_equal(output_render(&rendered.set, &rendered.model, &rendered.lines,
                                       &rendered.options, NULL, &failed),
                         0);
        assert_index(&rendered.set.files[OUTPUT_DEP_BIN], { "a", "a.ko:", 0 });
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(outputs_are_in_the_order_in_which_kmod_writes_them),
                cmocka_unit_test(texts_are_those_without_binary_and_builtin),
                cmocka_unit_test(only_what_is_wanted_has_bytes),
                cmocka_unit_test(number_of_workers_does_not_show),
                cmocka_unit_test(layout_is_that_of_all_indexes),
                cmocka_unit_test(problems_come_in_the_order_of_the_outputs_whoever_finds_them),
                cmocka_unit_test(problems_of_less_severity_are_not_recorded),
                cmocka_unit_test(problems_need_not_be_wanted),
        };

        return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}
