/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-case.h"

#define V "V" VERMAGIC "\nGkey\n"
#define SYMVERS "0x00000001 of_kernel vmlinux EXPORT_SYMBOL \n"
#define NOWHERE "other=install the module that does, or one that is built for this kernel\n"

static void assert_together(const char *model, const char *candidates, const char *expected) {
        assert_check(&(CheckCase){ .model = model, .symvers = SYMVERS, .candidates = candidates },
                     expected);
}

#define EMPTY "module k/k.ko\nvermagic " VERMAGIC "\n"

static void candidate_may_need_another_one(void **state) {
        (void) state;
        assert_together(EMPTY, "Ma.ko\n" V "i00000005 s\nMb.ko\n" V "x00000005 s\n",
                        "a loads fails\nb loads loads\na.ko needs-candidate symbol=s "
                        "other=b.ko\n");
        assert_together(EMPTY, "Ma.ko\n" V "i00000006 s\nMb.ko\n" V "x00000005 s\n",
                        "a fails fails\nb loads loads\na.ko crc-mismatch symbol=s "
                        "found=0x00000006 wanted=0x00000005 other=b.ko\n"
                        "a.ko needs-candidate symbol=s other=b.ko\n");
}

static void need_of_what_fails_fails(void **state) {
        (void) state;
        assert_together(EMPTY,
                        "Ma.ko\n" V "i00000005 s\nMb.ko\n" V "x00000005 s\ni00000006 t\n"
                        "Mc.ko\n" V "x00000006 t\ni00000007 nowhere\n",
                        "a fails fails\nb fails fails\nc fails fails\n"
                        "a.ko dependency-fails other=b.ko\n"
                        "a.ko needs-candidate symbol=s other=b.ko\n"
                        "b.ko dependency-fails other=c.ko\n"
                        "b.ko needs-candidate symbol=t other=c.ko\n"
                        "c.ko unresolved-symbol symbol=nowhere " NOWHERE);
}

static void candidates_that_need_each_other_fail(void **state) {
        (void) state;
        assert_together(EMPTY,
                        "Ma.ko\n" V "i00000005 s\nx00000006 t\nMb.ko\n" V
                        "x00000005 s\ni00000006 t\n",
                        "a fails fails\nb fails fails\n"
                        "a.ko dependency-cycle found=a -> b -> a\n"
                        "a.ko needs-candidate symbol=s other=b.ko\n"
                        "b.ko dependency-cycle found=b -> a -> b\n"
                        "b.ko needs-candidate symbol=t other=a.ko\n");
}

/* The kernel's b needs a, which is replaced by one that needs c, which needs b. */
static void cycle_through_modules_of_the_kernel_is_found(void **state) {
        (void) state;
        assert_together(EMPTY "module k/a.ko\nexport of_a 1\n"
                              "module k/b.ko\nneed of_a 1\nexport of_b 2\n"
                              "module k/c.ko\nneed of_b 2\nexport of_c 3\n",
                        "Ma.ko\n" V "x00000001 of_a\ni00000003 of_c\n",
                        "a fails fails\na.ko dependency-cycle found=a -> c -> b -> a\n"
                        "a.ko duplicate-module found=search other=k/a.ko\n");
}

static void export_of_the_kernel_cannot_be_repeated(void **state) {
        (void) state;
        assert_together(EMPTY, "Ma.ko\n" V "x00000001 of_kernel\n",
                        "a fails fails\na.ko duplicate-export symbol=of_kernel "
                        "other=the kernel\n");
}

/* Whoever needs the kernel's symbol comes to need the module that repeats it. */
static void users_of_a_repeated_export_fail_with_it(void **state) {
        (void) state;
        assert_together(EMPTY "module k/u.ko\nneed of_kernel 1\nmodule k/v.ko\nneed of_kernel 1\n",
                        "Ma.ko\n" V "x00000001 of_kernel\nMb.ko\n" V "i00000001 of_kernel\n",
                        "a fails fails\nb fails loads\n"
                        "a.ko duplicate-export symbol=of_kernel other=the kernel\n"
                        "a.ko breaks-module symbol=of_kernel other=k/u.ko 2\n"
                        "b.ko dependency-fails other=a.ko\n"
                        "b.ko needs-candidate symbol=of_kernel other=a.ko\n");
}

static void export_of_a_module_is_in_the_way_if_that_is_needed(void **state) {
        static const char model[] = EMPTY "module k/m.ko\nexport s 1\nexport t 2\n";

        (void) state;
        assert_together(model, "Ma.ko\n" V "x00000001 s\n",
                        "a loads loads\na.ko duplicate-export symbol=s other=k/m.ko\n");
        assert_together(model, "Ma.ko\n" V "x00000001 s\ni00000002 t\n",
                        "a fails fails\na.ko duplicate-export symbol=s other=k/m.ko\n");
        assert_together(EMPTY, "Ma.ko\n" V "x00000001 s\nMb.ko\n" V "x00000001 s\n",
                        "a loads loads\nb loads loads\n"
                        "a.ko duplicate-export symbol=s other=b.ko\n"
                        "b.ko duplicate-export symbol=s other=a.ko\n");
}

static void no_candidates_are_no_trouble(void **state) {
        (void) state;
        assert_together(EMPTY, "", "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(candidate_may_need_another_one),
                cmocka_unit_test(need_of_what_fails_fails),
                cmocka_unit_test(candidates_that_need_each_other_fail),
                cmocka_unit_test(cycle_through_modules_of_the_kernel_is_found),
                cmocka_unit_test(export_of_the_kernel_cannot_be_repeated),
                cmocka_unit_test(users_of_a_repeated_export_fail_with_it),
                cmocka_unit_test(export_of_a_module_is_in_the_way_if_that_is_needed),
                cmocka_unit_test(no_candidates_are_no_trouble),
        };

        return cmocka_run_group_tests_name("check-together", tests, NULL, NULL);
}
