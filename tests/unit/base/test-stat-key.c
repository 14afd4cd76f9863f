/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stat-key.h"

#include <stdlib.h>
#include <unistd.h>

#include "macro.h"
#include "test-case.h"

#define MS INT64_C(1000000)

static void key_is_made_of_what_stat_says(void **state) {
        const struct stat st = { .st_dev = 5,
                                 .st_ino = 77,
                                 .st_size = 4096,
                                 .st_mtim = { .tv_sec = 1700000000, .tv_nsec = 123456789 },
                                 .st_ctim = { .tv_sec = 1700000001, .tv_nsec = 987654321 } };
        StatKey key = stat_key_of(&st);

        (void) state;
        assert_int_equal(key.device, 5);
        assert_int_equal(key.inode, 77);
        assert_int_equal(key.size, 4096);
        assert_true(key.mtime_ns == INT64_C(1700000000123456789));
        assert_true(key.ctime_ns == INT64_C(1700000001987654321));
}

static void keys_are_equal_if_every_part_is(void **state) {
        const StatKey key = { .device = 1, .inode = 2, .size = 3, .mtime_ns = 4, .ctime_ns = 5 };
        StatKey others[] = { key, key, key, key, key, key };

        (void) state;
        others[1].device++;
        others[2].inode++;
        others[3].size++;
        others[4].mtime_ns++;
        others[5].ctime_ns++;
        assert_true(stat_key_is_equal(&key, &others[0]));
        for (size_t i = 1; i < ELEMENTSOF(others); i++) {
                assert_false(stat_key_is_equal(&key, &others[i]));
                assert_false(stat_key_is_equal(&others[i], &key));
        }
}

static void file_that_changed_just_before_the_look_is_racy(void **state) {
        const int64_t now = INT64_C(1700000000000000000);

        (void) state;
        assert_true(stat_key_is_racy(&(StatKey){ .ctime_ns = now }, now));
        assert_true(stat_key_is_racy(&(StatKey){ .ctime_ns = now - 1 }, now));
        assert_true(stat_key_is_racy(&(StatKey){ .ctime_ns = now - 10 * MS }, now));
        assert_false(stat_key_is_racy(&(StatKey){ .ctime_ns = now - 1000 * MS }, now));
}

/* The coarse clock lags behind that of fine-grained times. */
static void file_that_changed_a_little_later_is_racy_too(void **state) {
        const int64_t now = INT64_C(1700000000000000000);

        (void) state;
        assert_true(stat_key_is_racy(&(StatKey){ .ctime_ns = now + 1 }, now));
        assert_true(stat_key_is_racy(&(StatKey){ .ctime_ns = now + 10 * MS }, now));
        assert_false(stat_key_is_racy(&(StatKey){ .ctime_ns = now + 1000 * MS }, now));
}

/* An unpacker sets it to whatever the archive says. */
static void modification_time_is_no_sign_of_a_race(void **state) {
        const int64_t now = INT64_C(1700000000000000000);

        (void) state;
        assert_false(
                stat_key_is_racy(&(StatKey){ .ctime_ns = now - 1000 * MS, .mtime_ns = now }, now));
        assert_true(stat_key_is_racy(&(StatKey){ .ctime_ns = now, .mtime_ns = 0 }, now));
}

static void times_at_both_ends_do_not_overflow(void **state) {
        const struct stat st = { .st_ctim = { .tv_sec = INT64_MAX, .tv_nsec = 999999999 } };

        (void) state;
        assert_false(stat_key_is_racy(&(StatKey){ .ctime_ns = INT64_MIN }, INT64_MAX));
        assert_false(stat_key_is_racy(&(StatKey){ .ctime_ns = INT64_MAX }, INT64_MIN));
        assert_true(stat_key_is_racy(&(StatKey){ .ctime_ns = INT64_MIN }, INT64_MIN));
        (void) stat_key_of(&st);
}

static void file_of_the_future_is_not_older(void **state) {
        const int64_t now = INT64_C(1700000000000000000);

        (void) state;
        assert_true(stat_key_is_older(&(StatKey){ .ctime_ns = now - 1000 * MS }, now));
        assert_true(stat_key_is_older(&(StatKey){ .ctime_ns = INT64_MIN }, now));
        assert_false(stat_key_is_older(&(StatKey){ .ctime_ns = now - 1 * MS }, now));
        assert_false(stat_key_is_older(&(StatKey){ .ctime_ns = now }, now));
        assert_false(stat_key_is_older(&(StatKey){ .ctime_ns = now + 1000 * MS }, now));
        assert_false(stat_key_is_older(&(StatKey){ .ctime_ns = INT64_MAX }, now));
}

static void file_that_is_written_now_is_racy_by_the_clock(void **state) {
        char path[] = "/tmp/depmodd-test-XXXXXX";
        int fd = mkstemp(path);
        struct stat st;
        StatKey key;

        (void) state;
        assert_true(fd >= 0);
        assert_int_equal(fstat(fd, &st), 0);
        key = stat_key_of(&st);
        assert_true(stat_key_is_racy(&key, stat_key_clock_ns()));
        assert_int_equal(close(fd), 0);
        assert_int_equal(unlink(path), 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(key_is_made_of_what_stat_says),
                cmocka_unit_test(keys_are_equal_if_every_part_is),
                cmocka_unit_test(file_that_changed_just_before_the_look_is_racy),
                cmocka_unit_test(file_that_changed_a_little_later_is_racy_too),
                cmocka_unit_test(modification_time_is_no_sign_of_a_race),
                cmocka_unit_test(times_at_both_ends_do_not_overflow),
                cmocka_unit_test(file_of_the_future_is_not_older),
                cmocka_unit_test(file_that_is_written_now_is_racy_by_the_clock),
        };

        return cmocka_run_group_tests_name("stat-key", tests, NULL, NULL);
}
