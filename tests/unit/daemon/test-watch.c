/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "watch-case.h"

static void written_files_are_reported_when_they_are_made_and_closed(void **state) {
        _cleanup_watch_case_ WatchCase test = {};
        _cleanup_close_ int fd = -1;

        (void) state;
        watch_case_init(&test);
        temp_tree_make_directory("d");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        fd = open("d/a.ko", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        assert_true(fd >= 0);
        assert_seen(&test, "d a.ko\n");
        assert_int_equal(fd_write_all(fd, "x", 1), 0);
        assert_seen(&test, "");
        closep(&fd);
        fd = -1;
        assert_seen(&test, "d a.ko\n");
}

static void files_that_go_and_come_are_reported(void **state) {
        _cleanup_watch_case_ WatchCase test = {};

        (void) state;
        watch_case_init(&test);
        temp_tree_write_text("d/a.ko", "");
        temp_tree_make_directory("e");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        assert_int_equal(acquire(&test, "e"), WATCH_ADDED);
        assert_int_equal(rename("d/a.ko", "d/b.ko"), 0);
        assert_seen(&test, "d a.ko gone\nd b.ko moved\n");
        assert_int_equal(rename("d/b.ko", "e/b.ko"), 0);
        assert_seen(&test, "d b.ko gone\ne b.ko moved\n");
        assert_int_equal(unlink("e/b.ko"), 0);
        assert_seen(&test, "e b.ko gone\n");
        temp_tree_link("nowhere", "e/l");
        assert_seen(&test, "e l\n");
}

static void directories_are_told_from_files(void **state) {
        _cleanup_watch_case_ WatchCase test = {};

        (void) state;
        watch_case_init(&test);
        temp_tree_make_directory("d");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        temp_tree_make_directory("d/sub");
        assert_int_equal(rename("d/sub", "d/other"), 0);
        assert_int_equal(rmdir("d/other"), 0);
        assert_seen(&test, "d sub/\nd sub/ gone\nd other/ moved\nd other/ gone\n");
}

static void reading_and_what_lies_deeper_is_not_reported(void **state) {
        _cleanup_watch_case_ WatchCase test = {};
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        watch_case_init(&test);
        temp_tree_write_text("d/sub/a.ko", "x");
        temp_tree_write_text("d/b.ko", "x");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        temp_tree_read("d/b.ko", &bytes);
        temp_tree_list("d", &bytes);
        temp_tree_write_text("d/sub/a.ko", "y");
        assert_int_equal(chmod("d/b.ko", 0600), 0);
        assert_seen(&test, "");
}

static void directory_is_watched_until_its_last_user_goes(void **state) {
        _cleanup_watch_case_ WatchCase test = {};

        (void) state;
        watch_case_init(&test);
        temp_tree_make_directory("d");
        assert_int_equal(watch_count(test.watch), 0);
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        assert_int_equal(acquire(&test, "d"), WATCH_WAS_THERE);
        assert_int_equal(watch_count(test.watch), 1);
        watch_release(test.watch, "d");
        temp_tree_write_text("d/a", "");
        assert_seen(&test, "d a\nd a\n");
        watch_release(test.watch, "d");
        assert_int_equal(watch_count(test.watch), 0);
        temp_tree_write_text("d/b", "");
        assert_seen(&test, "");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        watch_release(test.watch, "never-acquired");
        assert_int_equal(watch_count(test.watch), 1);
}

/* An event that is there when the last user goes belongs to nobody. */
static void released_directory_reports_nothing_from_before(void **state) {
        _cleanup_watch_case_ WatchCase test = {};

        (void) state;
        watch_case_init(&test);
        temp_tree_make_directory("d");
        temp_tree_make_directory("e");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        assert_int_equal(acquire(&test, "e"), WATCH_ADDED);
        temp_tree_make_directory("d/x");
        temp_tree_make_directory("e/y");
        watch_release(test.watch, "d");
        assert_seen(&test, "e y/\n");
}

static void directory_under_two_paths_is_reported_under_both(void **state) {
        _cleanup_watch_case_ WatchCase test = {};

        (void) state;
        watch_case_init(&test);
        temp_tree_make_directory("d");
        temp_tree_link("d", "l");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        assert_int_equal(acquire(&test, "l"), WATCH_ADDED);
        temp_tree_make_directory("d/x");
        loop_drain(test.event);
        assert_int_equal(test.seen.size, strlen("d x/\nl x/\n"));
        buffer_clear(&test.seen);
        watch_release(test.watch, "l");
        temp_tree_make_directory("d/y");
        assert_seen(&test, "d y/\n");
}

static void path_that_leads_to_another_inode_is_not_acquired(void **state) {
        _cleanup_watch_case_ WatchCase test = {};
        struct stat st;

        (void) state;
        watch_case_init(&test);
        temp_tree_make_directory("d");
        temp_tree_write_text("f", "");
        assert_int_equal(stat("d", &st), 0);
        assert_int_equal(
                watch_acquire(test.watch, &(WatchTarget){ "d", st.st_dev, st.st_ino + 1, false }),
                -ESTALE);
        assert_int_equal(
                watch_acquire(test.watch, &(WatchTarget){ "gone", st.st_dev, st.st_ino, false }),
                -ENOENT);
        assert_int_equal(
                watch_acquire(test.watch, &(WatchTarget){ "f", st.st_dev, st.st_ino, false }),
                -ENOTDIR);
        assert_int_equal(watch_count(test.watch), 0);
        temp_tree_make_directory("d/x");
        assert_seen(&test, "");
}

/* The path's other users have the new directory from then on. */
static void replaced_directory_is_watched_in_place_of_the_old_one(void **state) {
        _cleanup_watch_case_ WatchCase test = {};

        (void) state;
        watch_case_init(&test);
        temp_tree_make_directory("d");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        assert_int_equal(rename("d", "old"), 0);
        temp_tree_make_directory("d");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        assert_int_equal(watch_count(test.watch), 1);
        temp_tree_make_directory("old/x");
        temp_tree_make_directory("d/y");
        assert_seen(&test, "d y/\n");
        watch_release(test.watch, "d");
        assert_int_equal(watch_count(test.watch), 1);
}

static int acquire_names(WatchCase *test, const char *path) {
        struct stat st;

        assert_int_equal(stat(path, &st), 0);
        return watch_acquire(test->watch, &(WatchTarget){ .directory = path,
                                                          .device = st.st_dev,
                                                          .inode = st.st_ino,
                                                          .names_only = true,
                                                          .moment = watch_moment(test->watch) });
}

static void where_only_names_matter_what_is_written_is_not_reported(void **state) {
        _cleanup_watch_case_ WatchCase test = {};

        (void) state;
        watch_case_init(&test);
        temp_tree_write_text("d/a", "");
        assert_int_equal(acquire_names(&test, "d"), WATCH_ADDED);
        assert_int_equal(acquire_names(&test, "d"), WATCH_WAS_THERE);
        temp_tree_write_text("d/a", "x");
        assert_seen(&test, "");
        temp_tree_link("a", "d/b");
        assert_int_equal(rename("d/b", "d/c"), 0);
        assert_int_equal(unlink("d/c"), 0);
        assert_seen(&test, "d b\nd b gone\nd c moved\nd c gone\n");
        assert_int_equal(rename("d", "e"), 0);
        assert_seen(&test, "lost d\n");
}

/* What was written before that is not known to the new user, but he looks again. */
static void user_to_whom_more_matters_makes_more_be_reported(void **state) {
        _cleanup_watch_case_ WatchCase test = {};

        (void) state;
        watch_case_init(&test);
        temp_tree_write_text("d/a", "");
        assert_int_equal(acquire_names(&test, "d"), WATCH_ADDED);
        temp_tree_make_directory("d/made-before");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        assert_int_equal(watch_count(test.watch), 1);
        temp_tree_write_text("d/a", "x");
        assert_seen(&test, "d made-before/\nd a\n");
        assert_int_equal(acquire(&test, "d"), WATCH_WAS_THERE);
        assert_int_equal(acquire_names(&test, "d"), WATCH_WAS_THERE);
        watch_release(test.watch, "d");
        temp_tree_write_text("d/a", "y");
        assert_seen(&test, "d a\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(written_files_are_reported_when_they_are_made_and_closed),
                TREE_TEST(files_that_go_and_come_are_reported),
                TREE_TEST(directories_are_told_from_files),
                TREE_TEST(reading_and_what_lies_deeper_is_not_reported),
                TREE_TEST(directory_is_watched_until_its_last_user_goes),
                TREE_TEST(released_directory_reports_nothing_from_before),
                TREE_TEST(directory_under_two_paths_is_reported_under_both),
                TREE_TEST(path_that_leads_to_another_inode_is_not_acquired),
                TREE_TEST(replaced_directory_is_watched_in_place_of_the_old_one),
                TREE_TEST(where_only_names_matter_what_is_written_is_not_reported),
                TREE_TEST(user_to_whom_more_matters_makes_more_be_reported),
        };

        return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
