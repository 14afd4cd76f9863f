/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "watch-case.h"

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

/* Two files in turn: of equal events behind each other the kernel keeps one. */
static void close_files(const char *directory, unsigned n_times) {
        char path[64];

        for (unsigned i = 0; i < n_times; i++) {
                int fd;

                (void) snprintf(path, sizeof(path), "%s/%u", directory, i % 2);
                fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
                assert_true(fd >= 0);
                assert_int_equal(close(fd), 0);
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
        close_files("d", queue_size() + 100);
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
                TREE_TEST(directory_that_goes_is_lost),
                TREE_TEST(directory_that_comes_again_can_be_watched_again),
                TREE_TEST(directory_that_came_again_unnoticed_is_lost_later),
                TREE_TEST(overflow_is_reported_once_and_ends_all_watching),
                TREE_TEST(lost_directory_can_be_acquired_while_it_is_reported),
        };

        return cmocka_run_group_tests_name("watch-loss", tests, NULL, NULL);
}
