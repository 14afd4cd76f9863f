/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-build.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "temp-tree.h"
#include "test-case.h"

#define SYMVERS(crc) "0x" crc "\ts\tvmlinux\tEXPORT_SYMBOL\t\n"

static void build_unrefp(KernelBuild **build) {
        kernel_build_unref(*build);
}

#define _cleanup_build_ _cleanup_(build_unrefp)

static KernelBuildPlace place_of(const char *root, const char *directory) {
        return (KernelBuildPlace){ .root = root, .directory = directory, .release = "1.0" };
}

/* So old that its key can be trusted. */
static void make_old(const char *path) {
        const struct timespec times[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };

        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void assert_exports(const char *path, uint32_t crc) {
        KernelBuildPlace place = place_of("r", "r/k/1.0");
        _cleanup_build_ KernelBuild *build = NULL;
        const KernelExport *export;

        assert_int_equal(kernel_build_read(&place, NULL, &build), 0);
        if (!path) {
                assert_null(build->path);
                assert_int_equal(build->exports.count, 0);
                return;
        }

        assert_string_equal(build->path, path);
        export = kernel_exports_find(&build->exports, "s");
        assert_non_null(export);
        assert_int_equal(export->crc, crc);
}

static void build_is_looked_for_in_all_places(void **state) {
        (void) state;
        temp_tree_make_directory("r/k/1.0");
        assert_exports(NULL, 0);
        temp_tree_write_text("r/boot/System.map-1.0", "1000 r __ksymtab_s\n");
        assert_exports("r/boot/System.map-1.0", 0);
        temp_tree_write_text("r/boot/symvers-1.0", SYMVERS("1"));
        assert_exports("r/boot/symvers-1.0", 1);
        temp_tree_write_text("r/usr/src/b/Module.symvers", SYMVERS("2"));
        temp_tree_link("/usr/src/b", "r/k/1.0/build");
        assert_exports("r/usr/src/b/Module.symvers", 2);
        temp_tree_write_text("r/k/1.0/Module.symvers", SYMVERS("3"));
        assert_exports("r/k/1.0/Module.symvers", 3);
}

static void relative_link_and_directory_lead_to_the_build(void **state) {
        (void) state;
        temp_tree_write_text("r/k/1.0/build/Module.symvers", SYMVERS("4"));
        assert_exports("r/k/1.0/build/Module.symvers", 4);
        temp_tree_write_text("r/b/Module.symvers", SYMVERS("5"));
        assert_int_equal(unlink("r/k/1.0/build/Module.symvers"), 0);
        assert_int_equal(rmdir("r/k/1.0/build"), 0);
        temp_tree_link("../../b", "r/k/1.0/build");
        assert_exports("r/k/1.0/build/Module.symvers", 5);
}

static void compressed_file_is_read(void **state) {
        gzFile packed;

        (void) state;
        temp_tree_make_directory("r/k/1.0");
        packed = gzopen("r/k/1.0/symvers.gz", "w");
        assert_true(gzputs(packed, SYMVERS("6")) > 0);
        assert_int_equal(gzclose(packed), Z_OK);
        assert_exports("r/k/1.0/symvers.gz", 6);
}

static void unreadable_file_is_as_good_as_none(void **state) {
        KernelBuildPlace place = place_of("r", "r/k/1.0");
        _cleanup_build_ KernelBuild *build = NULL;

        (void) state;
        temp_tree_write("r/k/1.0/symvers.gz", "\x1f\x8b\x08\0\0\0\0\0nonsense", 16);
        assert_int_equal(kernel_build_read(&place, NULL, &build), 0);
        assert_int_equal(build->exports.count, 0);
        temp_tree_make_directory("r/k/2.0/Module.symvers");
        build = kernel_build_unref(build);
        place = place_of("r", "r/k/2.0");
        assert_int_equal(kernel_build_read(&place, NULL, &build), 0);
        assert_int_equal(build->exports.count, 0);
}

static void file_is_read_again_only_if_it_may_have_changed(void **state) {
        KernelBuildPlace place = place_of("r", "r/k/1.0");
        _cleanup_build_ KernelBuild *first = NULL, *second = NULL, *third = NULL;

        (void) state;
        temp_tree_write_text("r/k/1.0/Module.symvers", SYMVERS("1"));
        make_old("r/k/1.0/Module.symvers");
        assert_int_equal(kernel_build_read(&place, NULL, &first), 0);
        first->is_racy = false; /* as it is after a moment */
        assert_int_equal(kernel_build_read(&place, first, &second), 1);
        assert_null(second);
        first->is_racy = true;
        assert_int_equal(kernel_build_read(&place, first, &second), 0);
        first->is_racy = false;
        temp_tree_write_text("r/k/1.0/Module.symvers", SYMVERS("22"));
        assert_int_equal(kernel_build_read(&place, first, &third), 0);
        assert_int_equal(kernel_exports_find(&third->exports, "s")->crc, 0x22);
}

static void absence_is_known_until_there_is_a_file(void **state) {
        KernelBuildPlace place = place_of("r", "r/k/1.0");
        _cleanup_build_ KernelBuild *none = NULL, *same = NULL, *build = NULL;

        (void) state;
        temp_tree_make_directory("r/k/1.0");
        assert_int_equal(kernel_build_read(&place, NULL, &none), 0);
        assert_int_equal(kernel_build_read(&place, none, &same), 1);
        temp_tree_write_text("r/k/1.0/Module.symvers", SYMVERS("1"));
        assert_int_equal(kernel_build_read(&place, none, &build), 0);
        assert_int_equal(build->exports.count, 1);
}

static void configuration_tells_what_is_enforced(void **state) {
        KernelBuildPlace place = place_of("r", "r/k/1.0");
        CheckRules rules = kernel_build_rules(&place);

        (void) state;
        assert_int_equal(rules.signatures, CHECK_ENFORCEMENT_UNKNOWN);
        assert_int_equal(rules.versions, CHECK_ENFORCEMENT_UNKNOWN);
        temp_tree_write_text("r/boot/config-1.0", "#\n# CONFIG_MODULE_SIG_FORCE is not set\n"
                                                  "CONFIG_MODULE_FORCE_LOAD=y\n");
        rules = kernel_build_rules(&place);
        assert_int_equal(rules.signatures, CHECK_NOT_ENFORCED);
        assert_int_equal(rules.versions, CHECK_NOT_ENFORCED);
        temp_tree_write_text("r/k/1.0/config", "#\nCONFIG_MODULE_SIG_FORCE=y\nCONFIG_X=y\n");
        rules = kernel_build_rules(&place);
        assert_int_equal(rules.signatures, CHECK_ENFORCED);
        assert_int_equal(rules.versions, CHECK_ENFORCED);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(build_is_looked_for_in_all_places),
                TREE_TEST(relative_link_and_directory_lead_to_the_build),
                TREE_TEST(compressed_file_is_read),
                TREE_TEST(unreadable_file_is_as_good_as_none),
                TREE_TEST(file_is_read_again_only_if_it_may_have_changed),
                TREE_TEST(absence_is_known_until_there_is_a_file),
                TREE_TEST(configuration_tells_what_is_enforced),
        };

        return cmocka_run_group_tests_name("kernel-build", tests, NULL, NULL);
}
