/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mounts.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include "loop-case.h"

/* Mounts below one path are relevant. */
typedef struct MountsCase {
        sd_event *event;
        Mounts *mounts;
        char *path;
        unsigned n_changes;
} MountsCase;

static bool is_relevant(const char *mount_point, void *userdata) {
        const MountsCase *test = userdata;

        return strncmp(mount_point, test->path, strlen(test->path)) == 0;
}

static void on_change(void *userdata) {
        ((MountsCase *) userdata)->n_changes++;
}

static void mounts_case_init(MountsCase *test, const char *path) {
        test->event = loop_new();
        test->path = temp_tree_path(path);
        assert_int_equal(mounts_new(&test->mounts, test->event,
                                    &(MountsHandler){ .is_relevant = is_relevant,
                                                      .on_change = on_change,
                                                      .userdata = test }),
                         0);
}

static void mounts_case_done(MountsCase *test) {
        mounts_free(test->mounts);
        sd_event_unref(test->event);
        free(test->path);
}

#define _cleanup_mounts_case_ _cleanup_(mounts_case_done)

/* The number of changes since the last time. */
static unsigned take_changes(MountsCase *test) {
        unsigned n;

        loop_drain(test->event);
        n = test->n_changes;
        test->n_changes = 0;
        return n;
}

static void mount_on(const char *path) {
        temp_tree_make_directory(path);
        assert_int_equal(mount("tmpfs", path, "tmpfs", 0, "size=64k"), 0);
}

static void relevant_mounts_are_noticed(void **state) {
        _cleanup_mounts_case_ MountsCase test = {};

        (void) state;
        mounts_case_init(&test, "m");
        assert_int_equal(take_changes(&test), 0);
        mount_on("m/1.0");
        assert_int_equal(take_changes(&test), 1);
        assert_int_equal(mount(NULL, "m/1.0", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
        assert_int_equal(take_changes(&test), 1);
        assert_int_equal(umount("m/1.0"), 0);
        assert_int_equal(take_changes(&test), 1);
        assert_int_equal(take_changes(&test), 0);
}

static void other_mounts_are_not(void **state) {
        _cleanup_mounts_case_ MountsCase test = {};

        (void) state;
        mounts_case_init(&test, "m");
        mount_on("elsewhere");
        assert_int_equal(take_changes(&test), 0);
        mount_on("m");
        assert_int_equal(take_changes(&test), 1);
        assert_int_equal(umount("elsewhere"), 0);
        assert_int_equal(take_changes(&test), 0);
        assert_int_equal(umount("m"), 0);
        assert_int_equal(take_changes(&test), 1);
}

static void mounts_that_were_there_from_the_start_are_known(void **state) {
        _cleanup_mounts_case_ MountsCase test = {};

        (void) state;
        mount_on("m");
        mounts_case_init(&test, "m");
        mount_on("elsewhere");
        assert_int_equal(take_changes(&test), 0);
        assert_int_equal(umount("elsewhere"), 0);
        assert_int_equal(umount("m"), 0);
        assert_int_equal(take_changes(&test), 1);
}

/* The table writes blanks, tabs, newlines and backslashes in octal. */
static void strange_names_of_mount_points_are_understood(void **state) {
        _cleanup_mounts_case_ MountsCase test = {};

        (void) state;
        mounts_case_init(&test, "a b\tc\nd\\e\\040");
        mount_on("a b\tc\nd\\e\\040");
        assert_int_equal(take_changes(&test), 1);
        assert_int_equal(umount("a b\tc\nd\\e\\040"), 0);
        assert_int_equal(take_changes(&test), 1);
        mount_on("a b\tc\nd\\e\\041");
        assert_int_equal(take_changes(&test), 0);
        assert_int_equal(umount("a b\tc\nd\\e\\041"), 0);
}

/* Mounts need a name space of their own, which needs root. */
static bool enter_name_space(void) {
        return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(relevant_mounts_are_noticed),
                TREE_TEST(other_mounts_are_not),
                TREE_TEST(mounts_that_were_there_from_the_start_are_known),
                TREE_TEST(strange_names_of_mount_points_are_understood),
        };

        if (!enter_name_space()) {
                print_message("needs the right to mount, skipping\n");
                return 77;
        }

        return cmocka_run_group_tests_name("mounts", tests, NULL, NULL);
}
