/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "analysis.h"

#include "model-case.h"

/* A linked model; the kernel exports printk with CRC 1 and old without one. */
static void model_of(Model *model, const char *script) {
        static const char *const names[] = { "old", "printk" };

        assert_int_equal(model_init(model, "/m/1.0"), 0);
        for (unsigned i = 0; i < 2; i++)
                assert_int_equal(symbol_table_put(&model->symbols, &model->tree, names[i],
                                                  strlen(names[i]), SYMBOL_KERNEL, i),
                                 0);
        model_script_add(&model->tree, script);
        assert_true(model_link(model) >= 0);
}

static void check_symbols(const char *script, bool compare_crcs, const char *expected) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_model_ Model model = {};

        model_of(&model, script);
        assert_int_equal(analysis_report_symbols(&model, compare_crcs, &problems), 0);
        assert_problems(&problems, expected);
}

static void check_all(const char *script, AnalysisOptions options, const char *expected) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_model_ Model model = {};

        options.version = "1.0";
        model_of(&model, script);
        assert_int_equal(analysis_report_all(&model, &options, &problems), 0);
        assert_problems(&problems, expected);
}

#define KNOWN ((AnalysisOptions){ .is_kernel_known = true })
#define WITH_CRCS ((AnalysisOptions){ .is_kernel_known = true, .has_kernel_crcs = true })

static void symbol_that_nobody_provides_is_unknown(void **state) {
        static const char script[] = "module k/a-b.ko\nneed x\nneed printk\nneed .gone\nneed b\n"
                                     "module /ext/b.ko\nexport b\nneed y\n";
        static const char expected[] = "unresolved-symbol /m/1.0/k/a-b.ko 'x'\n"
                                       "unresolved-symbol /m/1.0/k/a-b.ko '.gone'\n"
                                       "unresolved-symbol /ext/b.ko 'y'\n";

        (void) state;
        check_symbols(script, false, expected);
        check_all(script, KNOWN, expected);
}

static void weak_import_may_be_unknown(void **state) {
        (void) state;
        check_symbols("module a.ko\nweak x\n", true, "");
        check_all("module a.ko\nweak x\n", KNOWN, "");
        check_all("module a.ko\nweak x\n",
                  (AnalysisOptions){ .is_kernel_known = true, .include_weak = true },
                  "unresolved-symbol /m/1.0/a.ko 'x'\n");
}

/* kmod takes a missing record of __versions for a CRC of 0 and compares that. */
static void kmod_compares_crcs_with_symvers(void **state) {
        static const char script[] = "module a.ko\nneed printk 2\nneed .printk 3\nneed printk\n"
                                     "need printk 1\nweak printk 4\nneed b 6\n"
                                     "need printk 100000001\nmodule b.ko\nexport b 5\n";

        (void) state;
        check_symbols(script, false, "");
        check_symbols(
                script, true,
                "crc-mismatch /m/1.0/a.ko 'printk' (0x00000002, but the kernel exports it with "
                "0x00000001)\n"
                "crc-mismatch /m/1.0/a.ko '.printk' (0x00000003, but the kernel exports it with "
                "0x00000001)\n"
                "crc-mismatch /m/1.0/a.ko 'printk' (0x00000000, but the kernel exports it with "
                "0x00000001)\n"
                "crc-mismatch /m/1.0/a.ko 'b' (0x00000006, but b.ko exports it with 0x00000005)\n"
                "crc-mismatch /m/1.0/a.ko 'printk' "
                "(0xffffffffffffffff, but the kernel exports it with 0x00000001)\n");
}

static void crcs_that_are_not_known_do_not_disagree(void **state) {
        (void) state;
        /* no record of __versions, the provider's CRC is 0, weak */
        check_all("module a.ko\nneed b\nneed b0 7\nneed old 7\nweak b 7\nmodule b.ko\nexport b 5\n"
                  "export b0 0\n",
                  WITH_CRCS, "");
        check_all("module a.ko\nneed b 5\nmodule b.ko\nexport b 5\n", WITH_CRCS, "");
}

static void crcs_that_differ_disagree(void **state) {
        static const char script[] =
                "module a.ko\nneed b 6\nneed printk 2\nmodule b.ko\nexport b 5\n";

        (void) state;
        check_all(script, WITH_CRCS,
                  "crc-mismatch /m/1.0/a.ko 'b' (0x00000006, but b.ko exports it with 0x00000005)\n"
                  "crc-mismatch /m/1.0/a.ko 'printk' (0x00000002, but the kernel exports it with "
                  "0x00000001)\n");
        check_all(
                script, KNOWN,
                "crc-mismatch /m/1.0/a.ko 'b' (0x00000006, but b.ko exports it with 0x00000005)\n");
        check_all("module a.ko\nweak printk 2\n",
                  (AnalysisOptions){ .has_kernel_crcs = true, .include_weak = true },
                  "crc-mismatch /m/1.0/a.ko 'printk' (0x00000002, but the kernel exports it with "
                  "0x00000001)\n");
}

static void unknown_kernel_is_told_once_instead(void **state) {
        (void) state;
        check_all("module a.ko\nneed x\nneed y\nneed b\nweak w\nmodule b.ko\nexport b\nneed x\n",
                  (AnalysisOptions){}, "kernel-symbols-unknown /m/1.0 #2\n");
        check_all("module a.ko\nneed b\nmodule b.ko\nexport b\n", (AnalysisOptions){}, "");
}

/* The last one in final order is the provider; what replaces the kernel's is no conflict. */
static void symbol_that_two_modules_export_is_told_of_the_loser(void **state) {
        (void) state;
        check_all("module k/a.ko\nexport x\nexport y\nmodule k/b.ko\nexport x\nexport printk\n",
                  KNOWN, "duplicate-export /m/1.0/k/a.ko 'x' (k/b.ko)\n");
        check_all("module a.ko\nexport x\nexport x\n", KNOWN, "");
}

static void module_for_another_machine_or_version_is_told(void **state) {
        (void) state;
        check_all("module a.ko\nmachine 62\nvermagic 1.0 SMP\nmodule b.ko\nmachine 62\n"
                  "vermagic 1.0 SMP\nmodule x.ko\nmachine 183\nvermagic 1.1 SMP\n",
                  KNOWN,
                  "wrong-machine /m/1.0/x.ko 'arm64 (64 bit, little-endian)' "
                  "(x86-64 (64 bit, little-endian))\n"
                  "vermagic-mismatch /m/1.0/x.ko '1.1 SMP' (1.0 SMP)\n");
}

static void problems_come_module_by_module(void **state) {
        (void) state;
        check_all("module a.ko\nexport x\nneed gone\nvermagic 2.0\nmodule b.ko\nexport x\n"
                  "need gone\nmodule c.ko\nvermagic 2.0\nneed gone\n",
                  KNOWN,
                  "vermagic-mismatch /m/1.0/a.ko '2.0' (1.0)\n"
                  "duplicate-export /m/1.0/a.ko 'x' (b.ko)\n"
                  "unresolved-symbol /m/1.0/a.ko 'gone'\n"
                  "unresolved-symbol /m/1.0/b.ko 'gone'\n"
                  "vermagic-mismatch /m/1.0/c.ko '2.0' (1.0)\n"
                  "unresolved-symbol /m/1.0/c.ko 'gone'\n");
}

/* The names that every kernel has are no exports that were read. */
static void kernel_is_known_by_what_it_exports(void **state) {
        _cleanup_model_ Model model = {};

        (void) state;
        assert_int_equal(model_init(&model, "/m/1.0"), 0);
        assert_false(analysis_knows_kernel(&model));
        assert_int_equal(symbol_table_put_kernel_defaults(&model.symbols, &model.tree), 0);
        model_script_add(&model.tree, "module a.ko\nexport x\n");
        assert_int_equal(model_link(&model), 0);
        assert_false(analysis_knows_kernel(&model));
        assert_int_equal(
                symbol_table_put(&model.symbols, &model.tree, "printk", 6, SYMBOL_KERNEL, 0), 0);
        assert_true(analysis_knows_kernel(&model));
}

static void prefix_is_stripped_before_the_look_up(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_model_ Model model = {};

        (void) state;
        assert_int_equal(model_init(&model, "/m/1.0"), 0);
        model.symbols.prefix = '_';
        model_script_add(&model.tree, "module a.ko\nneed _x\nneed _gone\nmodule b.ko\nexport x\n");
        assert_int_equal(model_link(&model), 0);
        assert_int_equal(analysis_report_symbols(&model, false, &problems), 0);
        assert_problems(&problems, "unresolved-symbol /m/1.0/a.ko '_gone'\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(symbol_that_nobody_provides_is_unknown),
                cmocka_unit_test(weak_import_may_be_unknown),
                cmocka_unit_test(kmod_compares_crcs_with_symvers),
                cmocka_unit_test(crcs_that_are_not_known_do_not_disagree),
                cmocka_unit_test(crcs_that_differ_disagree),
                cmocka_unit_test(unknown_kernel_is_told_once_instead),
                cmocka_unit_test(symbol_that_two_modules_export_is_told_of_the_loser),
                cmocka_unit_test(module_for_another_machine_or_version_is_told),
                cmocka_unit_test(problems_come_module_by_module),
                cmocka_unit_test(kernel_is_known_by_what_it_exports),
                cmocka_unit_test(prefix_is_stripped_before_the_look_up),
        };

        return cmocka_run_group_tests_name("analysis", tests, NULL, NULL);
}
