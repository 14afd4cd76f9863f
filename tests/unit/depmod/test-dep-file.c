/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dep-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "temp-tree.h"
#include "test-case.h"

#define _cleanup_dep_file_ _cleanup_(dep_file_done)

/* The kernel directory is "m". */
static int open_dep(DepFile *file, const char *path) {
        return dep_file_open(file, path, "modules.dep", "m");
}

/* Writes through the file's directory, to see where it is. */
static void write_to(const DepFile *file, const char *text) {
        _cleanup_close_ int fd = -1;

        fd = openat(file->dir_fd, file->name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        assert_true(fd >= 0);
        assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
}

static void assert_file(const char *path, const char *text) {
        _cleanup_buffer_ Buffer bytes = {};

        temp_tree_read(path, &bytes);
        assert_text(&bytes, text);
}

static void without_a_path_it_is_the_default_in_the_kernel_directory(void **state) {
        _cleanup_dep_file_ DepFile file = DEP_FILE_NULL;
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        temp_tree_write_text("m/modules.dep", "lines");
        assert_int_equal(open_dep(&file, NULL), 0);
        assert_int_equal(file.dir_fd, AT_FDCWD);
        assert_string_equal(file.name, "modules.dep");
        assert_int_equal(dep_file_read(&file, "m", &bytes), 0);
        assert_text(&bytes, "lines");
}

static void path_may_lie_in_any_directory(void **state) {
        _cleanup_free_ char *absolute = temp_tree_path("other/abs");
        const struct {
                const char *path, *name, *written;
        } cases[] = { { "plain", "plain", "plain" },
                      { "./dot", "dot", "dot" },
                      { "other/deps", "deps", "other/deps" },
                      { absolute, "abs", "other/abs" } };

        (void) state;
        temp_tree_make_directory("m");
        temp_tree_make_directory("other");
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_dep_file_ DepFile file = DEP_FILE_NULL;

                assert_int_equal(open_dep(&file, cases[i].path), 0);
                assert_string_equal(file.name, cases[i].name);
                write_to(&file, "text");
                assert_file(cases[i].written, "text");
        }
}

static void root_is_a_directory_like_others(void **state) {
        _cleanup_dep_file_ DepFile file = DEP_FILE_NULL;
        struct stat root, opened;

        (void) state;
        assert_int_equal(open_dep(&file, "/no-such-file-of-a-test"), 0);
        assert_string_equal(file.name, "no-such-file-of-a-test");
        assert_int_equal(stat("/", &root), 0);
        assert_int_equal(fstat(file.dir_fd, &opened), 0);
        assert_int_equal(root.st_ino, opened.st_ino);
}

static void path_into_the_kernel_directory_is_part_of_its_set(void **state) {
        static const char *const paths[] = { "m/x", "./m/x", "m/../m/x", "link/x" };

        (void) state;
        temp_tree_make_directory("m");
        temp_tree_link("m", "link");
        for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
                _cleanup_dep_file_ DepFile file = DEP_FILE_NULL;

                assert_int_equal(open_dep(&file, paths[i]), 0);
                assert_int_equal(file.dir_fd, AT_FDCWD);
                assert_string_equal(file.name, "x");
        }
}

static void link_is_followed(void **state) {
        _cleanup_dep_file_ DepFile file = DEP_FILE_NULL;

        (void) state;
        temp_tree_make_directory("m");
        temp_tree_write_text("other/target", "old");
        temp_tree_link("other/target", "link");
        assert_int_equal(open_dep(&file, "link"), 0);
        assert_string_equal(file.name, "target");
        write_to(&file, "new");
        assert_file("other/target", "new");
}

static void what_is_no_place_for_a_file_is_refused(void **state) {
        static const struct {
                const char *path;
                int error;
        } cases[] = {
                { "m", -EISDIR },          { "m/", -EISDIR },           { "/", -EISDIR },
                { "/dev/null", -ENOTSUP }, { "nowhere/x", -ENOENT },    { "file/x", -ENOTDIR },
                { "fifo", -ENOTSUP },      { "to-directory", -EISDIR }, { "dangling", -ENOENT },
                { "to-fifo", -ENOTSUP },
        };

        (void) state;
        temp_tree_make_directory("m");
        temp_tree_write_text("file", "");
        temp_tree_link("m", "to-directory");
        temp_tree_link("gone", "dangling");
        assert_int_equal(mkfifo("fifo", 0644), 0);
        temp_tree_link("fifo", "to-fifo");
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_dep_file_ DepFile file = DEP_FILE_NULL;

                assert_int_equal(open_dep(&file, cases[i].path), cases[i].error);
        }
}

static void two_files_are_told_apart_by_their_places(void **state) {
        static const struct {
                const char *one, *two;
                bool is_same;
        } cases[] = {
                { NULL, NULL, true },
                { NULL, "m/modules.dep", true },
                { NULL, "modules.dep", false },
                { "x", "./x", true },
                { "x", "y", false },
                { "other/x", "x", false },
                { "other/x", "link/x", true },
                { "m/x", "other/x", false },
        };

        (void) state;
        temp_tree_make_directory("m");
        temp_tree_make_directory("other");
        temp_tree_link("other", "link");
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_dep_file_ DepFile one = DEP_FILE_NULL, two = DEP_FILE_NULL;

                assert_int_equal(open_dep(&one, cases[i].one), 0);
                assert_int_equal(open_dep(&two, cases[i].two), 0);
                assert_int_equal(dep_file_is(&one, &two), cases[i].is_same);
                assert_int_equal(dep_file_is(&two, &one), cases[i].is_same);
        }
}

static void file_that_is_not_there_has_no_bytes(void **state) {
        _cleanup_dep_file_ DepFile file = DEP_FILE_NULL, other = DEP_FILE_NULL;
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        temp_tree_make_directory("m");
        temp_tree_write_text("other", "bytes");
        assert_int_equal(open_dep(&file, NULL), 0);
        assert_int_equal(dep_file_read(&file, "m", &bytes), 0);
        assert_int_equal(bytes.size, 0);
        assert_int_equal(dep_file_read(&file, "nowhere", &bytes), -ENOENT);

        assert_int_equal(open_dep(&other, "other"), 0);
        assert_int_equal(dep_file_read(&other, "nowhere", &bytes), 0);
        assert_text(&bytes, "bytes");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(without_a_path_it_is_the_default_in_the_kernel_directory),
                TREE_TEST(path_may_lie_in_any_directory),
                TREE_TEST(root_is_a_directory_like_others),
                TREE_TEST(path_into_the_kernel_directory_is_part_of_its_set),
                TREE_TEST(link_is_followed),
                TREE_TEST(what_is_no_place_for_a_file_is_refused),
                TREE_TEST(two_files_are_told_apart_by_their_places),
                TREE_TEST(file_that_is_not_there_has_no_bytes),
        };

        return cmocka_run_group_tests_name("dep-file", tests, NULL, NULL);
}
