/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "loop-case.h"

/* A watch of directories below the working directory, and what it has reported. */
typedef struct WatchCase {
        sd_event *event;
        Watch *watch;
        Buffer seen;
} WatchCase;

static void on_change(const WatchChange *change, void *userdata) {
        WatchCase *test = userdata;

        switch (change->hint) {
        case WATCH_CHANGED:
                buffer_append_format(&test->seen, "%s %s%s%s%s\n", change->directory, change->name,
                                     change->is_directory ? "/" : "",
                                     change->is_gone ? " gone" : "",
                                     change->is_moved_here ? " moved" : "");
                break;
        case WATCH_LOST:
                buffer_append_format(&test->seen, "lost %s\n", change->directory);
                break;
        case WATCH_OVERFLOW:
                assert_null(change->directory);
                buffer_append_format(&test->seen, "overflow\n");
                break;
        }
}

static void watch_case_init(WatchCase *test) {
        test->event = loop_new();
        assert_int_equal(watch_new(&test->watch, test->event, on_change, test), 0);
}

static void watch_case_done(WatchCase *test) {
        watch_free(test->watch);
        sd_event_unref(test->event);
        buffer_done(&test->seen);
}

#define _cleanup_watch_case_ _cleanup_(watch_case_done)

static int acquire(WatchCase *test, const char *path) {
        struct stat st;

        assert_int_equal(stat(path, &st), 0);
        return watch_acquire(test->watch, &(WatchTarget){ path, st.st_dev, st.st_ino, false });
}

/* What has been reported since the last time. */
static void assert_seen(WatchCase *test, const char *expected) {
        loop_drain(test->event);
        assert_text(&test->seen, expected);
        buffer_clear(&test->seen);
}

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

static void directory_that_goes_is_lost(void **state) {
        _cleanup_watch_case_ WatchCase test = {};

        (void) state;
        watch_case_init(&test);
        temp_tree_make_directory("d");
        temp_tree_make_directory("e");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        assert_int_equal(acquire(&test, "e"), WATCH_ADDED);
        assert_int_equal(rmdir("d"), 0);
        assert_seen(&test, "lost d\n");
        assert_int_equal(rename("e", "f"), 0);
        assert_seen(&test, "lost e\n");
        assert_int_equal(watch_count(test.watch), 0);
        temp_tree_make_directory("f/x");
        assert_seen(&test, "");
        watch_release(test.watch, "d");
        watch_release(test.watch, "e");
}

/*
 * File systems give the inode of a directory that was just removed to the next one, again and
 * again; the old watch must not be taken for one of the new directory.
 */
static void directory_that_comes_again_can_be_watched_again(void **state) {
        _cleanup_watch_case_ WatchCase test = {};

        (void) state;
        watch_case_init(&test);
        temp_tree_make_directory("d");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        for (unsigned i = 0; i < 50; i++) {
                assert_int_equal(rmdir("d"), 0);
                temp_tree_make_directory("d");
                assert_seen(&test, "lost d\n");
                assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
                watch_release(test.watch, "d");
                temp_tree_write_text("d/a", "");
                assert_seen(&test, "d a\nd a\n");
                assert_int_equal(unlink("d/a"), 0);
                assert_seen(&test, "d a gone\n");
        }
        assert_int_equal(watch_count(test.watch), 1);
}

/* Acquired before it has been told that the old one is gone: then it is told later. */
static void directory_that_came_again_unnoticed_is_lost_later(void **state) {
        _cleanup_watch_case_ WatchCase test = {};

        (void) state;
        watch_case_init(&test);
        temp_tree_make_directory("d");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        for (unsigned i = 0; i < 50; i++) {
                int r;

                assert_int_equal(rmdir("d"), 0);
                temp_tree_make_directory("d");
                r = acquire(&test, "d");
                watch_release(test.watch, "d");
                assert_seen(&test, r == WATCH_WAS_THERE ? "lost d\n" : "");
                assert_int_equal(acquire(&test, "d"),
                                 r == WATCH_WAS_THERE ? WATCH_ADDED : WATCH_WAS_THERE);
                watch_release(test.watch, "d");
                temp_tree_make_directory("d/x");
                assert_seen(&test, "d x/\n");
                assert_int_equal(rmdir("d/x"), 0);
                assert_seen(&test, "d x/ gone\n");
        }
}

static unsigned queue_size(void) {
        _cleanup_close_ int fd =
                open("/proc/sys/fs/inotify/max_queued_events", O_RDONLY | O_CLOEXEC);
        char digits[32] = "";

        assert_true(fd >= 0);
        assert_true(read(fd, digits, sizeof(digits) - 1) > 0);
        return (unsigned) strtoul(digits, NULL, 10);
}

static void make_and_remove(const char *directory, unsigned n_times) {
        char path[64];

        for (unsigned i = 0; i < n_times; i++) {
                (void) snprintf(path, sizeof(path), "%s/%u", directory, i % 10);
                assert_int_equal(mkdir(path, 0755), 0);
                assert_int_equal(rmdir(path), 0);
        }
}

static bool has_overflowed(void *userdata) {
        return watch_n_overflows(userdata) > 0;
}

static void overflow_is_reported_once_and_ends_all_watching(void **state) {
        _cleanup_watch_case_ WatchCase test = {};
        const char *end;

        (void) state;
        watch_case_init(&test);
        temp_tree_make_directory("d");
        temp_tree_make_directory("e");
        temp_tree_make_directory("f");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        assert_int_equal(acquire(&test, "e"), WATCH_ADDED);
        assert_int_equal(acquire(&test, "f"), WATCH_ADDED);
        make_and_remove("d", queue_size() / 2 + 100);
        loop_until(test.event, has_overflowed, test.watch);
        assert_int_equal(watch_n_overflows(test.watch), 1);
        assert_int_equal(watch_count(test.watch), 0);
        loop_drain(test.event);
        buffer_append_byte(&test.seen, '\0');
        end = strstr(test.seen.data, "overflow\n");
        assert_non_null(end);
        assert_string_equal(end, "overflow\n");
        buffer_clear(&test.seen);

        temp_tree_make_directory("e/x");
        assert_seen(&test, "");
        assert_int_equal(acquire(&test, "e"), WATCH_ADDED);
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        temp_tree_make_directory("e/y");
        assert_seen(&test, "e y/\n");
        assert_int_equal(watch_count(test.watch), 2);
        assert_int_equal(watch_n_overflows(test.watch), 1);
}

static void acquire_again(const WatchChange *change, void *userdata) {
        WatchCase *test = userdata;

        on_change(change, test);
        if (change->hint != WATCH_CHANGED)
                assert_int_equal(acquire(test, "d"), WATCH_ADDED);
}

static void lost_directory_can_be_acquired_while_it_is_reported(void **state) {
        _cleanup_watch_case_ WatchCase test = {};

        (void) state;
        test.event = loop_new();
        assert_int_equal(watch_new(&test.watch, test.event, acquire_again, &test), 0);
        temp_tree_make_directory("d");
        assert_int_equal(acquire(&test, "d"), WATCH_ADDED);
        assert_int_equal(rename("d", "e"), 0);
        temp_tree_make_directory("d");
        assert_seen(&test, "lost d\n");
        temp_tree_make_directory("e/x");
        temp_tree_make_directory("d/y");
        assert_seen(&test, "d y/\n");
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
                TREE_TEST(directory_that_goes_is_lost),
                TREE_TEST(directory_that_comes_again_can_be_watched_again),
                TREE_TEST(directory_that_came_again_unnoticed_is_lost_later),
                TREE_TEST(overflow_is_reported_once_and_ends_all_watching),
                TREE_TEST(lost_directory_can_be_acquired_while_it_is_reported),
        };

        return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
