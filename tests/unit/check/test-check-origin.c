/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-case.h"

#define MODEL "module k/a.ko\nmachine 62\nvermagic " VERMAGIC "\n"
#define SIGNED "GA key\n"

static void assert_origin(const char *candidate, const char *expected) {
        assert_check(&(CheckCase){ .model = MODEL, .candidates = candidate }, expected);
}

static void module_of_the_kernel_loads(void **state) {
        (void) state;
        assert_origin("Mx.ko\nm62 2 1\nV" VERMAGIC "\n" SIGNED, "x loads loads\n");
}

static void file_that_cannot_be_understood_fails(void **state) {
        (void) state;
        assert_origin("Mx.ko\nE8 \n", "x fails fails\nx.ko bad-elf found=not an ELF file\n");
        assert_origin("Mx.ko\nE22 xz: File is corrupt\n",
                      "x fails fails\nx.ko bad-elf found=xz: File is corrupt\n");
        assert_origin("Mx.ko\nE22 \n", "x fails fails\nx.ko bad-elf found=damaged or cut short\n");
        assert_origin("Mx.ko\nE27 \n",
                      "x fails fails\nx.ko bad-elf found=larger than a module may be\n");
        assert_origin("Mx.ko\nE124 \n", "x fails fails\nx.ko bad-elf found=not a regular file\n");
        assert_origin("Mx.ko\nE61 \n", "x fails fails\nx.ko bad-elf found=without a symbol table, "
                                       "as if stripped of all\n");
        assert_origin("Mx.ko\nE13 \n", "x fails fails\nx.ko bad-elf found=Permission denied\n");
}

static void name_of_no_module_fails(void **state) {
        (void) state;
        assert_origin("Mx.ko.bz2\nm62 2 1\nV" VERMAGIC "\n" SIGNED,
                      "x fails fails\nx.ko.bz2 bad-name\n");
        assert_origin("M.ko\nm62 2 1\nV" VERMAGIC "\n" SIGNED, " fails fails\n.ko bad-name\n");
}

static void other_machine_fails(void **state) {
        (void) state;
        assert_origin("Mx.ko\nm183 2 1\nV" VERMAGIC "\n" SIGNED,
                      "x fails fails\nx.ko wrong-machine found=arm64 (64 bit, little-endian) "
                      "wanted=x86-64 (64 bit, little-endian)\n");
}

static void other_flags_fail(void **state) {
        (void) state;
        assert_origin("Mx.ko\nm62 2 1\nV1.0 SMP preempt modversions \n" SIGNED,
                      "x fails fails\nx.ko vermagic-mismatch found=1.0 SMP preempt modversions  "
                      "wanted=" VERMAGIC "\n");
}

static void other_release_fails_only_without_crcs(void **state) {
        (void) state;
        assert_origin("Mx.ko\nm62 2 1\nV2.0" FLAGS "\n" SIGNED,
                      "x fails fails\nx.ko vermagic-mismatch found=2.0" FLAGS " wanted=" VERMAGIC
                      "\n");
        assert_origin("Mx.ko\nm62 2 1\nV2.0" FLAGS "\n" SIGNED "v00000001 leftover\n",
                      "x loads loads\nx.ko other-release found=2.0 wanted=1.0\n");
        assert_check(
                &(CheckCase){ .model = "module k/a.ko\nvermagic 1.0 SMP \n",
                              .candidates = "Mx.ko\nV2.0 SMP \n" SIGNED "v00000001 leftover\n" },
                "x fails fails\nx.ko vermagic-mismatch found=2.0 SMP  wanted=1.0 SMP \n");
}

static void assert_unversioned(const char *candidate, const char *lack) {
        static const char *const verdicts[] = { "unknown", "loads", "fails" };

        for (unsigned rule = CHECK_ENFORCEMENT_UNKNOWN; rule <= CHECK_ENFORCED; rule++) {
                _cleanup_buffer_ Buffer expected = {};

                buffer_append_format(&expected, "x %s %s\nx.ko unversioned found=%s\n",
                                     verdicts[rule], verdicts[rule], lack);
                buffer_append_byte(&expected, '\0');
                assert_check(&(CheckCase){ .model = MODEL,
                                           .symvers = "0x1 s vmlinux EXPORT_SYMBOL \n",
                                           .rules.versions = rule,
                                           .candidates = candidate },
                             expected.data);
        }
}

static void unversioned_module_fails_where_that_is_enforced(void **state) {
        (void) state;
        assert_unversioned("Mx.ko\nm62 2 1\nV" VERMAGIC "\n" SIGNED "i- s\n",
                           "CRCs of the symbols that it needs");
        assert_unversioned("Mx.ko\nm62 2 1\n" SIGNED "i- s\n", "vermagic");
}

static void builtin_module_fails(void **state) {
        (void) state;
        assert_check(&(CheckCase){ .model = MODEL,
                                   .builtin = "kernel/x-y.ko\n",
                                   .candidates = "Mx_y.ko\nm62 2 1\nV" VERMAGIC "\n" SIGNED },
                     "x_y fails fails\nx_y.ko built-in found=x_y\n");
}

static void compression_that_no_module_has_is_doubtful(void **state) {
        (void) state;
        assert_origin("Mx.ko.xz\nkxz\nm62 2 1\nV" VERMAGIC "\n" SIGNED,
                      "x loads loads\nx.ko.xz unsupported-compression found=xz\n");
        assert_check(&(CheckCase){ .model = "module k/a.ko.xz\nvermagic " VERMAGIC "\n",
                                   .candidates = "Mx.ko.xz\nkxz\nV" VERMAGIC "\n" SIGNED },
                     "x loads loads\n");
}

static void unsigned_module_fails_where_that_is_enforced(void **state) {
        CheckCase what = { .model = MODEL, .candidates = "Mx.ko\nm62 2 1\nV" VERMAGIC "\n" };

        (void) state;
        assert_check(&what, "x loads loads\nx.ko unsigned\n");
        what.rules.signatures = CHECK_NOT_ENFORCED;
        assert_check(&what, "x loads loads\nx.ko unsigned\n");
        what.rules.signatures = CHECK_ENFORCED;
        assert_check(&what, "x fails fails\nx.ko unsigned\n");
}

static void signer_counts_where_that_is_enforced(void **state) {
        CheckCase what = { .model = MODEL,
                           .candidates = "Mx.ko\nm62 2 1\nV" VERMAGIC "\nGmy own\n",
                           .module = "Ma.ko\nGthe builder\n",
                           .rules.signatures = CHECK_ENFORCED };

        (void) state;
        assert_check(&what,
                     "x unknown unknown\nx.ko other-signer found=my own wanted=the builder\n");
        what.module = "Ma.ko\nGmy own\n";
        assert_check(&what, "x loads loads\n");
        what.module = NULL;
        assert_check(&what, "x unknown unknown\nx.ko other-signer found=my own wanted=nobody\n");
        what.rules.signatures = CHECK_NOT_ENFORCED;
        assert_check(&what, "x loads loads\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(module_of_the_kernel_loads),
                cmocka_unit_test(file_that_cannot_be_understood_fails),
                cmocka_unit_test(name_of_no_module_fails),
                cmocka_unit_test(other_machine_fails),
                cmocka_unit_test(other_flags_fail),
                cmocka_unit_test(other_release_fails_only_without_crcs),
                cmocka_unit_test(unversioned_module_fails_where_that_is_enforced),
                cmocka_unit_test(builtin_module_fails),
                cmocka_unit_test(compression_that_no_module_has_is_doubtful),
                cmocka_unit_test(unsigned_module_fails_where_that_is_enforced),
                cmocka_unit_test(signer_counts_where_that_is_enforced),
        };

        return cmocka_run_group_tests_name("check-origin", tests, NULL, NULL);
}
