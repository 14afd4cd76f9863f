/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "staged-file.h"
#include "temp-tree.h"
#include "test-case.h"

/* A file "f" of the working directory, written and synced. */
static void stage(StagedFile *file, const char *text) {
        *file = STAGED_FILE_NULL;
        assert_int_equal(staged_file_write(file, AT_FDCWD, "f", text, strlen(text), true), 0);
        assert_int_equal(staged_file_sync(file, true), 0);
}

static void assert_file(const char *path, const char *text) {
        _cleanup_buffer_ Buffer bytes = {};

        temp_tree_read(path, &bytes);
        assert_text(&bytes, text);
}

static void assert_files(const char *expected) {
        _cleanup_buffer_ Buffer names = {};

        temp_tree_list(".", &names);
        assert_text(&names, expected);
}

static void published_file_takes_the_place_of_the_old_one(void **state) {
        StagedFile file;

        (void) state;
        temp_tree_write_text("f", "old");
        stage(&file, "new");
        assert_file("f", "old");
        assert_int_equal(staged_file_publish(&file), 0);
        assert_file("f", "new");
        staged_file_done(&file);
        assert_files("f");
}

static void file_is_published_where_there_was_none(void **state) {
        StagedFile file;

        (void) state;
        stage(&file, "new");
        assert_int_equal(staged_file_publish(&file), 0);
        staged_file_done(&file);
        assert_file("f", "new");
        assert_files("f");
}

static void all_bytes_are_written(void **state) {
        _cleanup_buffer_ Buffer bytes = {}, read = {};
        StagedFile file = STAGED_FILE_NULL;

        (void) state;
        for (size_t i = 0; i < 500000; i++)
                buffer_append_byte(&bytes, (uint8_t) (i % 253));
        assert_int_equal(staged_file_write(&file, AT_FDCWD, "f", bytes.data, bytes.size, false), 0);
        assert_int_equal(staged_file_sync(&file, false), 0);
        assert_int_equal(staged_file_publish(&file), 0);
        staged_file_done(&file);
        temp_tree_read("f", &read);
        assert_bytes(&read, bytes.data, bytes.size);
}

static void file_may_have_no_bytes(void **state) {
        StagedFile file = STAGED_FILE_NULL;

        (void) state;
        assert_int_equal(staged_file_write(&file, AT_FDCWD, "f", NULL, 0, true), 0);
        assert_int_equal(staged_file_sync(&file, true), 0);
        assert_int_equal(staged_file_publish(&file), 0);
        staged_file_done(&file);
        assert_file("f", "");
}

static void what_was_not_published_is_removed(void **state) {
        StagedFile file = STAGED_FILE_NULL;

        (void) state;
        temp_tree_write_text("f", "old");
        assert_int_equal(staged_file_write(&file, AT_FDCWD, "f", "new", 3, true), 0);
        staged_file_done(&file);
        assert_files("f");
        stage(&file, "new");
        staged_file_done(&file);
        assert_files("f");
        assert_file("f", "old");
}

static void reverted_file_is_the_old_one(void **state) {
        struct stat before, after;
        StagedFile file;

        (void) state;
        temp_tree_write_text("f", "old");
        assert_int_equal(stat("f", &before), 0);
        stage(&file, "new");
        assert_int_equal(staged_file_publish(&file), 0);
        assert_int_equal(staged_file_revert(&file), 0);
        staged_file_done(&file);
        assert_file("f", "old");
        assert_int_equal(stat("f", &after), 0);
        assert_int_equal(before.st_ino, after.st_ino);
        assert_files("f");
}

static void reverted_file_is_gone_if_there_was_none(void **state) {
        StagedFile file;

        (void) state;
        stage(&file, "new");
        assert_int_equal(staged_file_publish(&file), 0);
        assert_int_equal(staged_file_revert(&file), 0);
        staged_file_done(&file);
        assert_files("");
}

static void revert_does_nothing_before_publishing_and_twice(void **state) {
        StagedFile file;

        (void) state;
        temp_tree_write_text("f", "old");
        stage(&file, "new");
        assert_int_equal(staged_file_revert(&file), 0);
        assert_file("f", "old");
        assert_int_equal(staged_file_publish(&file), 0);
        assert_int_equal(staged_file_revert(&file), 0);
        assert_int_equal(staged_file_revert(&file), 0);
        staged_file_done(&file);
        assert_file("f", "old");
}

/* As on a file system without hard links: the name for the old file is taken. */
static void new_file_stays_where_the_old_one_could_not_be_kept(void **state) {
        char backup[sizeof(((StagedFile *) NULL)->temp)];
        StagedFile file = STAGED_FILE_NULL;

        (void) state;
        temp_tree_write_text("f", "old");
        assert_int_equal(staged_file_write(&file, AT_FDCWD, "f", "new", 3, true), 0);
        memcpy(backup, file.temp, sizeof(backup));
        (void) stpcpy(strrchr(backup, '.'), ".old");
        temp_tree_write_text(backup, "not ours");
        assert_int_equal(staged_file_sync(&file, true), 0);
        assert_int_equal(staged_file_publish(&file), 0);
        assert_int_equal(staged_file_revert(&file), -ENOTSUP);
        staged_file_done(&file);
        assert_file("f", "new");
        assert_file(backup, "not ours");
}

static void file_that_is_gone_cannot_be_reverted(void **state) {
        StagedFile file;

        (void) state;
        stage(&file, "new");
        assert_int_equal(staged_file_publish(&file), 0);
        assert_int_equal(unlink("f"), 0);
        assert_int_equal(staged_file_revert(&file), -ENOENT);
        staged_file_done(&file);

        temp_tree_write_text("f", "old");
        stage(&file, "new");
        assert_int_equal(staged_file_publish(&file), 0);
        assert_int_equal(unlink(file.backup), 0);
        assert_int_equal(staged_file_revert(&file), -ENOENT);
        staged_file_done(&file);
        assert_file("f", "new");
}

static void done_is_safe_twice_and_before_anything(void **state) {
        StagedFile file = STAGED_FILE_NULL;

        (void) state;
        staged_file_done(&file);
        stage(&file, "new");
        assert_int_equal(staged_file_publish(&file), 0);
        staged_file_done(&file);
        staged_file_done(&file);
        assert_files("f");
}

static void everybody_may_read_whatever_the_umask(void **state) {
        static const mode_t masks[] = { 0, 022, 077, 0777 };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(masks); i++) {
                mode_t before = umask(masks[i]);
                StagedFile file;
                struct stat st;

                stage(&file, "new");
                assert_int_equal(staged_file_publish(&file), 0);
                staged_file_done(&file);
                (void) umask(before);
                assert_int_equal(stat("f", &st), 0);
                assert_int_equal(st.st_mode, S_IFREG | 0644);
        }
}

static void link_is_replaced_and_its_target_untouched(void **state) {
        struct stat st;
        StagedFile file;

        (void) state;
        temp_tree_write_text("target", "other");
        temp_tree_link("target", "f");
        stage(&file, "new");
        assert_int_equal(staged_file_publish(&file), 0);
        staged_file_done(&file);
        assert_int_equal(lstat("f", &st), 0);
        assert_true(S_ISREG(st.st_mode));
        assert_file("f", "new");
        assert_file("target", "other");
        assert_files("f target");
}

static void reader_keeps_the_old_bytes(void **state) {
        _cleanup_close_ int fd = -1;
        char bytes[4] = {};
        StagedFile file;
        size_t n;

        (void) state;
        temp_tree_write_text("f", "old");
        fd = open("f", O_RDONLY | O_CLOEXEC);
        stage(&file, "new");
        assert_int_equal(staged_file_publish(&file), 0);
        staged_file_done(&file);
        assert_int_equal(fd_read_full(fd, bytes, sizeof(bytes), &n), 0);
        assert_string_equal(bytes, "old");
}

/* A file that is not ours stands where the new one is to be written. */
static void temporary_name_that_is_taken_is_not_written_through(void **state) {
        StagedFile file = STAGED_FILE_NULL, other;
        char temp[sizeof(other.temp)];

        (void) state;
        temp_tree_write_text("target", "other");
        stage(&other, "x");
        memcpy(temp, other.temp, sizeof(temp));
        staged_file_done(&other);
        temp_tree_link("target", temp);

        assert_int_equal(staged_file_write(&file, AT_FDCWD, "f", "new", 3, true), -EEXIST);
        staged_file_done(&file);
        assert_file("target", "other");
        assert_int_equal(access(temp, F_OK), 0);
}

static void name_without_room_for_the_ending_is_too_long(void **state) {
        StagedFile file = STAGED_FILE_NULL;
        char name[NAME_MAX + 1] = {};

        (void) state;
        memset(name, 'x', NAME_MAX - 5);
        assert_int_equal(staged_file_write(&file, AT_FDCWD, name, "", 0, true), -ENAMETOOLONG);
        staged_file_done(&file);
        assert_files("");
}

/* A small file size limit is a full disk for those who are not root. */
static void full_disk_leaves_the_old_file_and_nothing_else(void **state) {
        StagedFile file = STAGED_FILE_NULL;
        struct rlimit limit, small;
        char bytes[1000] = {};
        int r;

        (void) state;
        temp_tree_write_text("f", "old");
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
        small = (struct rlimit){ .rlim_cur = 100, .rlim_max = limit.rlim_max };
        (void) signal(SIGXFSZ, SIG_IGN);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        r = staged_file_write(&file, AT_FDCWD, "f", bytes, sizeof(bytes), true);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        (void) signal(SIGXFSZ, SIG_DFL);

        assert_int_equal(r, -EFBIG);
        staged_file_done(&file);
        assert_files("f");
        assert_file("f", "old");
}

static void directory_in_the_way_is_an_error(void **state) {
        StagedFile file;

        (void) state;
        temp_tree_make_directory("f");
        stage(&file, "new");
        assert_int_equal(staged_file_publish(&file), -EISDIR);
        assert_int_equal(staged_file_revert(&file), 0);
        staged_file_done(&file);
        assert_files("f");
}

static void directory_that_is_none_is_an_error(void **state) {
        StagedFile file = STAGED_FILE_NULL;

        (void) state;
        assert_int_equal(staged_file_write(&file, AT_FDCWD, "no/f", "", 0, true), -ENOENT);
        staged_file_done(&file);
}

static void names_of_leftovers_are_told_from_others(void **state) {
        static const char *const others[] = {
                "f",          ".f",          ".f.depmodd-",       "f.depmodd-1.new",
                ".f.depmodd", ".depmodd-x1", ".f.depmodd-n.new1", "modules.dep.bin",
        };
        StagedFile file;

        (void) state;
        temp_tree_write_text("f", "old");
        stage(&file, "new");
        assert_true(staged_file_is_leftover(file.temp));
        assert_int_equal(staged_file_publish(&file), 0);
        assert_true(staged_file_is_leftover(file.backup));
        staged_file_done(&file);
        for (size_t i = 0; i < ELEMENTSOF(others); i++)
                assert_false(staged_file_is_leftover(others[i]));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(published_file_takes_the_place_of_the_old_one),
                TREE_TEST(file_is_published_where_there_was_none),
                TREE_TEST(all_bytes_are_written),
                TREE_TEST(file_may_have_no_bytes),
                TREE_TEST(what_was_not_published_is_removed),
                TREE_TEST(reverted_file_is_the_old_one),
                TREE_TEST(reverted_file_is_gone_if_there_was_none),
                TREE_TEST(revert_does_nothing_before_publishing_and_twice),
                TREE_TEST(new_file_stays_where_the_old_one_could_not_be_kept),
                TREE_TEST(file_that_is_gone_cannot_be_reverted),
                TREE_TEST(done_is_safe_twice_and_before_anything),
                TREE_TEST(everybody_may_read_whatever_the_umask),
                TREE_TEST(link_is_replaced_and_its_target_untouched),
                TREE_TEST(reader_keeps_the_old_bytes),
                TREE_TEST(temporary_name_that_is_taken_is_not_written_through),
                TREE_TEST(name_without_room_for_the_ending_is_too_long),
                TREE_TEST(full_disk_leaves_the_old_file_and_nothing_else),
                TREE_TEST(directory_in_the_way_is_an_error),
                TREE_TEST(directory_that_is_none_is_an_error),
                TREE_TEST(names_of_leftovers_are_told_from_others),
        };

        return cmocka_run_group_tests_name("staged-file", tests, NULL, NULL);
}
