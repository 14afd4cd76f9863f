/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-case.h"

#define V "V" VERMAGIC "\nGkey\n"
#define MODEL "module kernel/x-y.ko\nvermagic " VERMAGIC "\n"

static void assert_names(const char *config, const char *candidates, const char *expected) {
        assert_check(&(CheckCase){ .model = MODEL, .config = config, .candidates = candidates },
                     expected);
}

static void file_alone_would_lie_in_updates_and_win(void **state) {
        (void) state;
        assert_names(NULL, "Mx_y.ko\n" V,
                     "x_y loads loads\nx_y.ko duplicate-module found=search "
                     "other=kernel/x-y.ko\n");
}

static void same_place_is_taken(void **state) {
        (void) state;
        assert_names(NULL, "Mkernel/x-y.ko\n" V,
                     "x_y loads loads\nkernel/x-y.ko replaces other=kernel/x-y.ko\n");
}

static void lower_rank_loses_and_fails(void **state) {
        (void) state;
        assert_names("search kernel updates\n", "Mx_y.ko\n" V,
                     "x_y fails fails\nx_y.ko shadowed found=search other=kernel/x-y.ko\n");
        assert_names("override x_y 1.0 kernel\n", "Mx-y.ko\n" V,
                     "x_y loads loads\nx-y.ko duplicate-module found=search "
                     "other=kernel/x-y.ko\n");
        assert_names("override x-y 1.0 kernel\n", "Mx-y.ko\n" V,
                     "x_y fails fails\nx-y.ko shadowed found=override other=kernel/x-y.ko\n");
}

static void equal_rank_is_decided_by_path(void **state) {
        (void) state;
        assert_names(NULL, "Mkernel/a/x-y.ko\n" V,
                     "x_y loads loads\nkernel/a/x-y.ko duplicate-module found=path order "
                     "other=kernel/x-y.ko\n");
        assert_names(NULL, "Mkernel/z/x-y.ko\n" V,
                     "x_y fails fails\nkernel/z/x-y.ko shadowed found=path order "
                     "other=kernel/x-y.ko\n");
}

static void of_two_candidates_one_loses(void **state) {
        (void) state;
        assert_names(NULL, "Mz.ko\n" V "Mextra/z.ko\n" V,
                     "z loads loads\nz fails loads\nextra/z.ko shadowed found=search other=z.ko\n");
        assert_names(NULL, "Mextra/z.ko\n" V "Mz.ko\n" V,
                     "z fails loads\nz loads loads\nextra/z.ko shadowed found=search other=z.ko\n");
}

static void removed_module_hides_nobody(void **state) {
        char *removals[] = { (char *) "x_y", NULL };

        (void) state;
        assert_check(&(CheckCase){ .model = MODEL,
                                   .config = "search kernel updates\n",
                                   .removals = removals,
                                   .candidates = "Mx_y.ko\n" V },
                     "x_y loads loads\n");
}

static void dependents_of_what_goes_or_changes_are_told(void **state) {
        static const char model[] = "module k/a.ko\nvermagic " VERMAGIC "\nexport s 1\nexport t 2\n"
                                    "module k/user.ko\nneed s 1\nneed t 2\n";
        char *removals[] = { (char *) "a", NULL };
        CheckCase what = { .model = model, .candidates = "Ma.ko\n" V "x00000001 s\nx00000002 t\n" };

        (void) state;
        assert_check(&what, "a loads loads\na.ko duplicate-module found=search other=k/a.ko\n");
        what.candidates = "Ma.ko\n" V "x00000001 s\nx00000003 t\n";
        assert_check(&what, "a loads loads\na.ko duplicate-module found=search other=k/a.ko\n"
                            "a.ko breaks-module symbol=t found=it was built against another "
                            "other=k/user.ko\n");
        what.candidates = "Ma.ko\n" V "x00000001 s\n";
        assert_check(&what, "a loads loads\na.ko duplicate-module found=search other=k/a.ko\n"
                            "a.ko breaks-module symbol=t found=it needs symbol other=k/user.ko\n");
        what.candidates = "Mb.ko\n" V;
        what.removals = removals;
        assert_check(&what, "b loads loads\n"
                            "k/a.ko breaks-module symbol=s found=it needs symbol "
                            "other=k/user.ko\n");
}

static void shared_alias_is_told_once_for_each_module(void **state) {
        (void) state;
        assert_check(&(CheckCase){ .model = "module k/a.ko\nvermagic " VERMAGIC
                                            "\nalias pci:v1*\nalias pci:v2*\n",
                                   .candidates = "Mx.ko\n" V "Apci:v2*\nApci:v1*\nApci:v3*\n" },
                     "x loads loads\nx.ko alias-clash symbol=pci:v2* other=k/a.ko\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(file_alone_would_lie_in_updates_and_win),
                cmocka_unit_test(same_place_is_taken),
                cmocka_unit_test(lower_rank_loses_and_fails),
                cmocka_unit_test(equal_rank_is_decided_by_path),
                cmocka_unit_test(of_two_candidates_one_loses),
                cmocka_unit_test(removed_module_hides_nobody),
                cmocka_unit_test(dependents_of_what_goes_or_changes_are_told),
                cmocka_unit_test(shared_alias_is_told_once_for_each_module),
        };

        return cmocka_run_group_tests_name("check-names", tests, NULL, NULL);
}
