/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-directory.h"

#include <errno.h>
#include <limits.h>
#include <sys/utsname.h>

#include "temp-tree.h"
#include "test-case.h"

static void check_find(const char *base, const char *expected) {
        _cleanup_free_ char *path = NULL;

        assert_int_equal(kernel_directory_find(base, "lib/modules", "1.0", &path), 0);
        assert_string_equal(path, expected);
}

static void parts_are_joined_with_slashes(void **state) {
        _cleanup_free_ char *path = NULL, *root = NULL;

        (void) state;
        assert_int_equal(kernel_directory_join("/r", "lib/modules", "1.0", &path), 0);
        assert_string_equal(path, "/r/lib/modules/1.0");
        assert_int_equal(kernel_directory_join("", "lib/modules", "1.0", &root), 0);
        assert_string_equal(root, "/lib/modules/1.0");
}

static void path_may_not_be_longer_than_a_path(void **state) {
        char base[PATH_MAX + 1] = {}, *path = NULL;

        (void) state;
        memset(base, 'x', PATH_MAX - 1 - strlen("/m/1.0"));
        assert_int_equal(kernel_directory_join(base, "m", "1.0", &path), 0);
        assert_int_equal(strlen(path), PATH_MAX - 1);
        free(path);

        path = NULL;
        base[strlen(base)] = 'x';
        assert_int_equal(kernel_directory_join(base, "m", "1.0", &path), -ENAMETOOLONG);
        assert_int_equal(kernel_directory_find(base, "m", "1.0", &path), -ENAMETOOLONG);
        assert_null(path);
}

static void directory_of_the_version_is_taken_if_it_is_there(void **state) {
        (void) state;
        temp_tree_write_text("r/lib/modules/1.0/x", "");
        temp_tree_write_text("r/modules.order", "");
        check_find("r", "r/lib/modules/1.0");
}

static void base_that_holds_modules_is_taken_itself(void **state) {
        static const char *const files[] = { "one/modules.order", "two/kernel/x", "three/a.ko",
                                             "four/a.ko.zst" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                _cleanup_free_ char *base = strndup(files[i], strcspn(files[i], "/"));

                assert_non_null(base);
                temp_tree_write_text(files[i], "");
                check_find(base, base);
        }
}

static void base_that_holds_none_is_a_root(void **state) {
        (void) state;
        temp_tree_write_text("r/lib/modules/2.0/a.ko", "");
        temp_tree_write_text("r/modules.dep", "");
        check_find("r", "r/lib/modules/1.0");
        check_find("nowhere", "nowhere/lib/modules/1.0");
}

/* What lies where the version should be but is no directory does not count. */
static void file_in_place_of_the_version_is_no_directory(void **state) {
        (void) state;
        temp_tree_write_text("r/lib/modules/1.0", "");
        check_find("r", "r/lib/modules/1.0");
        temp_tree_write_text("r/a.ko", "");
        check_find("r", "r");
}

static void running_version_is_that_of_uname(void **state) {
        _cleanup_free_ char *version = NULL;
        struct utsname name;

        (void) state;
        assert_int_equal(uname(&name), 0);
        assert_int_equal(kernel_directory_running_version(&version), 0);
        assert_string_equal(version, name.release);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(parts_are_joined_with_slashes),
                TREE_TEST(path_may_not_be_longer_than_a_path),
                TREE_TEST(directory_of_the_version_is_taken_if_it_is_there),
                TREE_TEST(base_that_holds_modules_is_taken_itself),
                TREE_TEST(base_that_holds_none_is_a_root),
                TREE_TEST(file_in_place_of_the_version_is_no_directory),
                TREE_TEST(running_version_is_that_of_uname),
        };

        return cmocka_run_group_tests_name("kernel-directory", tests, NULL, NULL);
}
