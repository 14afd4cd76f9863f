/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settings-file.h"

#include <errno.h>
#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>

#include "fd.h"
#include "log.h"
#include "temp-tree.h"
#include "test-case.h"

#define SEC UINT64_C(1000000)

/* Reads the usual files with the working directory as the root directory. */
static int read_below(Settings *settings, int *level) {
        _cleanup_close_ int root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        _cleanup_close_ int here_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
        int r, end;

        assert_true(root_fd >= 0 && here_fd >= 0);
        log_set_level(-1);
        assert_int_equal(chroot("."), 0);
        r = settings_file_read(settings, level);
        end = fchdir(root_fd) < 0 || chroot(".") < 0 || fchdir(here_fd) < 0 ? -errno : 0;
        assert_int_equal(end, 0);
        return r;
}

/* The quiet time tells which file was the last to be read. */
static void check(uint64_t quiet_usec, uint64_t delay_usec) {
        Settings settings = {};
        int level = -1;

        assert_int_equal(read_below(&settings, &level), 0);
        assert_int_equal(settings.settle.quiet_usec, quiet_usec);
        assert_int_equal(settings.settle.delay_max_usec, delay_usec);
        assert_int_equal(level, LOG_INFO);
}

static void without_files_all_is_as_by_default(void **state) {
        (void) state;
        check(SEC / 4, 5 * SEC);
}

static void first_main_file_that_exists_is_the_only_one(void **state) {
        (void) state;
        temp_tree_write_text("usr/lib/depmodd/depmodd.conf", "QuietSec=3\nMaxDelaySec=13\n");
        check(3 * SEC, 13 * SEC);
        temp_tree_write_text("run/depmodd/depmodd.conf", "QuietSec=2\n");
        check(2 * SEC, 5 * SEC);
        temp_tree_write_text("etc/depmodd/depmodd.conf", "MaxDelaySec=11\n");
        check(SEC / 4, 11 * SEC);
        temp_tree_write_text("etc/depmodd/depmodd.conf", "");
        check(SEC / 4, 5 * SEC);
}

static void drop_ins_come_after_the_main_file_and_by_name(void **state) {
        (void) state;
        temp_tree_write_text("etc/depmodd/depmodd.conf", "QuietSec=1\nMaxDelaySec=11\n");
        temp_tree_write_text("usr/lib/depmodd/depmodd.conf.d/50-a.conf", "QuietSec=50\n");
        check(50 * SEC, 11 * SEC);
        temp_tree_write_text("etc/depmodd/depmodd.conf.d/40-b.conf", "QuietSec=40\n");
        check(50 * SEC, 11 * SEC);
        temp_tree_write_text("run/depmodd/depmodd.conf.d/60-c.conf", "QuietSec=60\n");
        check(60 * SEC, 11 * SEC);
}

static void drop_in_hides_those_of_its_name_in_later_directories(void **state) {
        (void) state;
        temp_tree_write_text("usr/lib/depmodd/depmodd.conf.d/x.conf", "QuietSec=3\n");
        temp_tree_write_text("run/depmodd/depmodd.conf.d/x.conf", "MaxDelaySec=12\n");
        check(SEC / 4, 12 * SEC);
        temp_tree_write_text("etc/depmodd/depmodd.conf.d/x.conf", "");
        check(SEC / 4, 5 * SEC);
}

static void mask_hides_a_drop_in(void **state) {
        (void) state;
        temp_tree_write_text("usr/lib/depmodd/depmodd.conf.d/x.conf", "QuietSec=3\n");
        temp_tree_make_directory("etc/depmodd/depmodd.conf.d");
        temp_tree_write_text("dev/null", "");
        temp_tree_link("/dev/null", "etc/depmodd/depmodd.conf.d/x.conf");
        check(SEC / 4, 5 * SEC);
}

static void only_files_that_end_in_conf_are_drop_ins(void **state) {
        (void) state;
        temp_tree_write_text("etc/depmodd/depmodd.conf.d/a.conf.rpmnew", "QuietSec=3\n");
        temp_tree_write_text("etc/depmodd/depmodd.conf.d/readme", "QuietSec=4\n");
        temp_tree_write_text("etc/depmodd/depmodd.conf.d/.a.conf", "QuietSec=5\n");
        check(SEC / 4, 5 * SEC);
}

static void what_cannot_be_read_does_not_keep_it_from_starting(void **state) {
        (void) state;
        temp_tree_make_directory("etc/depmodd/depmodd.conf");
        temp_tree_make_directory("etc/depmodd/depmodd.conf.d/a.conf");
        temp_tree_link("nowhere", "etc/depmodd/depmodd.conf.d/b.conf");
        temp_tree_write_text("etc/depmodd/depmodd.conf.d/c.conf", "QuietSec=3\n");
        check(3 * SEC, 5 * SEC);
}

static void named_file_is_the_only_one(void **state) {
        Settings settings = { .config_path = (char *) "/mine" };
        int level = -1;

        (void) state;
        temp_tree_write_text("etc/depmodd/depmodd.conf", "QuietSec=1\n");
        temp_tree_write_text("etc/depmodd/depmodd.conf.d/x.conf", "QuietSec=2\n");
        temp_tree_write_text("mine", "[Depmodd]\nMaxDelaySec=9\nLogLevel=debug\n");
        assert_int_equal(read_below(&settings, &level), 0);
        assert_int_equal(settings.settle.quiet_usec, SEC / 4);
        assert_int_equal(settings.settle.delay_max_usec, 9 * SEC);
        assert_int_equal(level, LOG_DEBUG);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(without_files_all_is_as_by_default),
                TREE_TEST(first_main_file_that_exists_is_the_only_one),
                TREE_TEST(drop_ins_come_after_the_main_file_and_by_name),
                TREE_TEST(drop_in_hides_those_of_its_name_in_later_directories),
                TREE_TEST(mask_hides_a_drop_in),
                TREE_TEST(only_files_that_end_in_conf_are_drop_ins),
                TREE_TEST(what_cannot_be_read_does_not_keep_it_from_starting),
                TREE_TEST(named_file_is_the_only_one),
        };

        if (geteuid() != 0) {
                print_message("needs the right to change the root directory, skipping\n");
                return 77;
        }

        return cmocka_run_group_tests_name("settings-files", tests, NULL, NULL);
}
