/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-case.h"

#define KERNEL_A "module k/a.ko\nvermagic " VERMAGIC "\nexport of_a 11\n"
#define SYMVERS                                                                                    \
        "0x00000022 of_kernel vmlinux EXPORT_SYMBOL \n"                                            \
        "0x00000023 gpl_of_kernel vmlinux EXPORT_SYMBOL_GPL \n"                                    \
        "0x00000024 spaced vmlinux EXPORT_SYMBOL SPACE\n"                                          \
        "0x00000025 chosen vmlinux EXPORT_SYMBOL_GPL module:x-y,z*\n"                              \
        "0x00000026 module_layout vmlinux EXPORT_SYMBOL \n"                                        \
        "0x00000011 of_a drivers/a EXPORT_SYMBOL_GPL A_SPACE\n"                                    \
        "0x00000027 of_absent drivers/absent EXPORT_SYMBOL \n"
#define X "Mx.ko\nV" VERMAGIC "\nGkey\nLGPL\n"
#define LOADS "x loads loads\n"
#define FAILS "x fails fails\nx.ko "

static void assert_known(const char *candidate, const char *expected) {
        assert_check(&(CheckCase){ .model = KERNEL_A,
                                   .symvers = SYMVERS,
                                   .candidates = candidate,
                                   .other_model = "module k/o.ko\nexport of_o\nneed of_other 5\n" },
                     expected);
}

static void assert_unknown(const char *model, const char *candidate, const char *expected) {
        assert_check(&(CheckCase){ .model = model, .candidates = candidate }, expected);
}

static void symbol_of_kernel_or_module_is_found(void **state) {
        (void) state;
        assert_known(X "NA_SPACE\ni00000022 of_kernel\ni00000011 of_a\n", LOADS);
        assert_known(X "i- of_kernel\nv00000026 module_layout\n", LOADS);
}

static void missing_symbol_fails_and_says_who_has_it(void **state) {
        (void) state;
        assert_known(X "i00000001 nowhere\n",
                     FAILS "unresolved-symbol symbol=nowhere other=install the module that does, "
                           "or one that is built for this kernel\n");
        assert_known(X "i00000001 of_absent\n",
                     FAILS "unresolved-symbol symbol=of_absent other=drivers/absent of this "
                           "kernel's build does, install that module\n");
        assert_known(X "i00000001 of_o\n",
                     FAILS "unresolved-symbol symbol=of_o other=k/o.ko of kernel other does\n");
        assert_known(X "i00000001 of_other\n",
                     FAILS "unresolved-symbol symbol=of_other other=kernel other does\n");
}

static void weak_symbol_may_be_missing_but_not_differ(void **state) {
        (void) state;
        assert_known(X "w00000001 nowhere\n", LOADS);
        assert_known(X "w00000001 of_kernel\n",
                     FAILS "crc-mismatch symbol=of_kernel found=0x00000001 wanted=0x00000022 "
                           "other=the kernel\n");
}

static void crc_that_differs_fails(void **state) {
        (void) state;
        assert_known(X "NA_SPACE\ni00000001 of_a\ni00000022 of_kernel\n",
                     FAILS "crc-mismatch symbol=of_a found=0x00000001 wanted=0x00000011 "
                           "other=k/a.ko\n");
}

static void of_records_without_a_symbol_only_one_counts(void **state) {
        (void) state;
        assert_known(X "v00000001 of_kernel\nv00000001 nowhere\n", LOADS);
        assert_known(X "i00000001 of_kernel\nv00000001 module_layout\n",
                     FAILS "crc-mismatch symbol=module_layout found=0x00000001 wanted=0x00000026 "
                           "other=the kernel\nx.ko crc-mismatch symbol=of_kernel "
                           "found=0x00000001 wanted=0x00000022 other=the kernel\n");
        assert_known(X "v00000001 module_layout\n",
                     FAILS "crc-mismatch symbol=module_layout found=0x00000001 wanted=0x00000026 "
                           "other=the kernel\n");
}

static void gpl_symbol_is_not_for_every_license(void **state) {
        (void) state;
        assert_known(X "i00000023 gpl_of_kernel\n", LOADS);
        assert_known("Mx.ko\nV" VERMAGIC "\nGkey\nLDual MIT/GPL\ni00000023 gpl_of_kernel\n", LOADS);
        assert_known("Mx.ko\nV" VERMAGIC "\nGkey\nLProprietary\ni00000023 gpl_of_kernel\n",
                     FAILS "gpl-only-symbol symbol=gpl_of_kernel found=Proprietary "
                           "other=the kernel\n");
        assert_known("Mx.ko\nV" VERMAGIC "\nGkey\nNA_SPACE\ni00000011 of_a\n",
                     FAILS "gpl-only-symbol symbol=of_a found=unspecified other=k/a.ko\n");
        assert_known("Mx.ko\nV" VERMAGIC "\nGkey\nLProprietary\ni00000022 of_kernel\n", LOADS);
}

static void namespace_has_to_be_imported(void **state) {
        (void) state;
        assert_known(X "i00000024 spaced\n",
                     FAILS "namespace-not-imported symbol=spaced wanted=SPACE\n");
        assert_known(X "NOTHER\ni00000024 spaced\n",
                     FAILS "namespace-not-imported symbol=spaced wanted=SPACE\n");
        assert_known(X "NOTHER\nNSPACE\ni00000024 spaced\n", LOADS);
}

static void export_for_named_modules_is_for_them_alone(void **state) {
        (void) state;
        assert_known("Mx-y.ko\nV" VERMAGIC "\nGkey\nLGPL\ni00000025 chosen\n", "x_y loads loads\n");
        assert_known("Mzz.ko\nV" VERMAGIC "\nGkey\nLGPL\ni00000025 chosen\n", "zz loads loads\n");
        assert_known(X "i00000025 chosen\n",
                     FAILS "namespace-not-imported symbol=chosen wanted=module:x-y,z*\n");
}

/* The module says it itself where the kernel's build does not, or tells of another one. */
static void export_of_module_is_looked_up_in_its_file(void **state) {
        CheckCase what = { .model = KERNEL_A,
                           .candidates = "Mx.ko\nV" VERMAGIC "\nGkey\ni00000011 of_a\n",
                           .module = "Ma.ko\nx00000011 of_a\ngof_a\nnIN_FILE\n" };

        (void) state;
        assert_check(&what, FAILS "gpl-only-symbol symbol=of_a found=unspecified other=k/a.ko\n"
                                  "x.ko namespace-not-imported symbol=of_a wanted=IN_FILE\n");
        what.symvers = "0x00000099 of_a drivers/a EXPORT_SYMBOL \n";
        assert_check(&what, FAILS "gpl-only-symbol symbol=of_a found=unspecified other=k/a.ko\n"
                                  "x.ko namespace-not-imported symbol=of_a wanted=IN_FILE\n");
        what.module = "Ma.ko\nx00000011 of_a\naof_a\n";
        assert_check(&what, LOADS);
}

static void what_modules_agree_on_is_known_without_the_build(void **state) {
        static const char model[] = "module k/a.ko\nneed s 5\nmodule k/b.ko\nneed s 5\n"
                                    "module k/odd.ko\nneed s 6\nneed t 7\n"
                                    "module k/c.ko\nvermagic " VERMAGIC "\n";

        (void) state;
        assert_unknown(model, X "i00000005 s\n", LOADS);
        assert_unknown(model, X "i00000006 s\n",
                       FAILS "crc-mismatch symbol=s found=0x00000006 wanted=0x00000005 "
                             "other=the kernel\n");
        assert_unknown(model, X "i00000007 t\n", LOADS);
}

static void what_nothing_tells_is_unknown(void **state) {
        (void) state;
        assert_unknown("module k/a.ko\nneed s 5\nvermagic " VERMAGIC "\nmodule k/b.ko\nneed s 6\n",
                       X "i00000006 s\ni00000001 t\ni00000001 u\nw00000001 v\n",
                       "x unknown unknown\nx.ko symbol-unknown symbol=t 2\n"
                       "x.ko crc-unknown symbol=s 1\n");
        assert_unknown("module k/a.ko\nneed s\nvermagic " VERMAGIC "\n", X "i00000006 s\n",
                       "x unknown unknown\nx.ko crc-unknown symbol=s 1\n");
}

static void modules_own_symbols_are_no_imports(void **state) {
        (void) state;
        assert_known(X "i- __this_module\ni- _GLOBAL_OFFSET_TABLE_\nv00000026 module_layout\n",
                     LOADS);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(symbol_of_kernel_or_module_is_found),
                cmocka_unit_test(missing_symbol_fails_and_says_who_has_it),
                cmocka_unit_test(weak_symbol_may_be_missing_but_not_differ),
                cmocka_unit_test(crc_that_differs_fails),
                cmocka_unit_test(of_records_without_a_symbol_only_one_counts),
                cmocka_unit_test(gpl_symbol_is_not_for_every_license),
                cmocka_unit_test(namespace_has_to_be_imported),
                cmocka_unit_test(export_for_named_modules_is_for_them_alone),
                cmocka_unit_test(export_of_module_is_looked_up_in_its_file),
                cmocka_unit_test(what_modules_agree_on_is_known_without_the_build),
                cmocka_unit_test(what_nothing_tells_is_unknown),
                cmocka_unit_test(modules_own_symbols_are_no_imports),
        };

        return cmocka_run_group_tests_name("check-symbols", tests, NULL, NULL);
}
