/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "log.h"
#include "parallel.h"
#include "temp-tree.h"
#include "test-case.h"

#define _cleanup_settings_ _cleanup_(settings_done)
#define MS UINT64_C(1000)

/* What is said on an output while a function runs. */
static int redirect(int fd, const char *path) {
        _cleanup_close_ int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        int saved = fcntl(fd, F_DUPFD_CLOEXEC, 10);

        assert_true(file >= 0 && saved >= 0);
        (void) fflush(NULL);
        assert_true(dup2(file, fd) >= 0);
        return saved;
}

static void restore(int fd, int saved) {
        (void) fflush(NULL);
        assert_true(dup2(saved, fd) >= 0);
        assert_int_equal(close(saved), 0);
}

static int parse(Settings *settings, const char *const *arguments) {
        int argc = 0, r, out, err;
        char *argv[16];

        argv[argc++] = (char *) "depmodd";
        for (; *arguments; arguments++)
                argv[argc++] = (char *) *arguments;
        argv[argc] = NULL;
        optind = 0;
        log_set_level(LOG_INFO);
        out = redirect(STDOUT_FILENO, "out");
        err = redirect(STDERR_FILENO, "err");
        r = settings_parse_arguments(settings, argc, argv);
        restore(STDOUT_FILENO, out);
        restore(STDERR_FILENO, err);
        return r;
}

#define PARSE(settings, ...) parse(settings, (const char *const[]){ __VA_ARGS__, NULL })

static void assert_said(const char *path, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        temp_tree_read(path, &text);
        buffer_append_byte(&text, '\0');
        if (expected[0] == '\0')
                assert_string_equal(text.data, "");
        else if (!strstr(text.data, expected))
                fail_msg("'%s' is not in '%s'", expected, text.data);
}

static void without_options_it_is_for_the_system(void **state) {
        _cleanup_settings_ Settings settings = {};

        (void) state;
        assert_int_equal(PARSE(&settings, NULL), 1);
        assert_string_equal(settings.root, "");
        assert_string_equal(settings.module_dir, "/lib/modules");
        assert_string_equal(settings.modules_path, "/lib/modules");
        assert_null(settings.config_path);
        assert_false(settings.is_private);
        assert_int_equal(settings.forced_log_level, -1);
        assert_non_null(settings.depmod_paths[0]);
        for (char **path = settings.depmod_paths; *path; path++)
                assert_int_equal((*path)[0], '/');
        assert_said("err", "");
        assert_said("out", "");
}

static void all_is_below_the_root(void **state) {
        _cleanup_settings_ Settings settings = {};

        (void) state;
        assert_int_equal(PARSE(&settings, "--root=/sys/root//", "--module-dir=usr/lib/modules/"),
                         1);
        assert_string_equal(settings.root, "/sys/root");
        assert_string_equal(settings.module_dir, "/usr/lib/modules");
        assert_string_equal(settings.modules_path, "/sys/root/usr/lib/modules");
        for (char **path = settings.depmod_paths; *path; path++)
                assert_memory_equal(*path, "/sys/root/", 10);
}

static void relative_root_is_below_the_working_directory(void **state) {
        _cleanup_free_ char *expected = temp_tree_path("r");
        _cleanup_settings_ Settings settings = {};

        (void) state;
        assert_int_equal(PARSE(&settings, "--root", "r", "--module-dir", "///m//"), 1);
        assert_string_equal(settings.root, expected);
        assert_string_equal(settings.module_dir, "/m");
}

static void last_of_an_option_counts(void **state) {
        _cleanup_settings_ Settings settings = {};

        (void) state;
        assert_int_equal(PARSE(&settings, "--root=/a", "--config=x", "--root=/", "--config=y",
                               "--private-bus", "--log-level=debug", "--log-level=3"),
                         1);
        assert_string_equal(settings.root, "");
        assert_string_equal(settings.config_path, "y");
        assert_true(settings.is_private);
        assert_int_equal(settings.forced_log_level, LOG_ERR);
}

static void help_and_version_end_it(void **state) {
        static const char *const cases[][2] = { { "--help", "Usage:" },
                                                { "-h", "--private-bus" },
                                                { "--version", "depmodd " } };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_settings_ Settings settings = {};

                assert_int_equal(PARSE(&settings, cases[i][0]), 0);
                assert_said("out", cases[i][1]);
                assert_said("err", "");
        }
}

static void what_is_wrong_with_the_command_line_is_said(void **state) {
        static const char *const cases[][2] = {
                { "--nonsense", "--nonsense" },
                { "-x", "'x'" },
                { "argument", "'argument': takes no arguments" },
                { "--root", "--root" },
                { "--log-level=loud", "--log-level=loud" },
                { "--private-bus=yes", "--private-bus" },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_settings_ Settings settings = {};

                assert_int_equal(PARSE(&settings, cases[i][0]), -EINVAL);
                assert_said("err", cases[i][1]);
                assert_said("out", "");
        }
}

/* Reads the file "c". */
static int read_text(Settings *settings, const char *text) {
        int err, r;

        *settings = (Settings){ .config_path = strdup("c"), .forced_log_level = -1 };
        temp_tree_write_text("c", text);
        log_set_level(LOG_INFO);
        err = redirect(STDERR_FILENO, "err");
        r = settings_read_files(settings);
        restore(STDERR_FILENO, err);
        return r;
}

static void assert_defaults(const Settings *settings) {
        assert_int_equal(settings->settle.quiet_usec, 250 * MS);
        assert_int_equal(settings->settle.delay_max_usec, 5000 * MS);
        assert_int_equal(settings->inhibit_max_usec, 600000 * MS);
        assert_int_equal(settings->scan_interval_usec, 30000 * MS);
        assert_true(settings->sync);
        assert_false(settings->trigger_udev);
        assert_int_equal(settings->n_workers, parallel_processors());
}

static void empty_file_means_the_defaults(void **state) {
        _cleanup_settings_ Settings settings = {};

        (void) state;
        assert_int_equal(read_text(&settings, ""), 0);
        assert_defaults(&settings);
        assert_int_equal(log_level(), LOG_INFO);
        assert_said("err", "");
}

static const char full[] = "# comment\n; another\n\n"
                           "[Depmodd]\n"
                           "QuietSec=1s\n"
                           "  MaxDelaySec = 1min 30s \r\n"
                           "InhibitMaxSec=2h\n"
                           "ScanIntervalSec=0\n"
                           "Sync=No\n"
                           "LogLevel=warning\n"
                           "TriggerUdev=yes\n"
                           "ReadingThreads=3";

static void each_setting_is_taken(void **state) {
        _cleanup_settings_ Settings settings = {};

        (void) state;
        assert_int_equal(read_text(&settings, full), 0);
        assert_said("err", "");
        assert_int_equal(settings.settle.quiet_usec, 1000 * MS);
        assert_int_equal(settings.settle.delay_max_usec, 90000 * MS);
        assert_int_equal(settings.inhibit_max_usec, 7200000 * MS);
        assert_int_equal(settings.scan_interval_usec, 0);
        assert_false(settings.sync);
        assert_true(settings.trigger_udev);
        assert_int_equal(settings.n_workers, 3);
        assert_int_equal(log_level(), LOG_WARNING);
}

static void last_line_counts_and_an_empty_value_is_the_default(void **state) {
        _cleanup_settings_ Settings settings = {};

        (void) state;
        assert_int_equal(read_text(&settings, "[Depmodd]\nQuietSec=1s\nQuietSec=2s\n"
                                              "Sync=off\nSync=\nReadingThreads=7\n"
                                              "ReadingThreads=0\n"),
                         0);
        assert_int_equal(settings.settle.quiet_usec, 2000 * MS);
        assert_true(settings.sync);
        assert_int_equal(settings.n_workers, parallel_processors());
        assert_said("err", "");
}

static void truth_has_several_words(void **state) {
        static const char *const words[] = { "no", "yes", "false", "TRUE", "Off", "on", "0", "1" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(words); i++) {
                _cleanup_settings_ Settings settings = {};
                char text[64];

                (void) snprintf(text, sizeof(text), "[Depmodd]\nSync=%s\n", words[i]);
                assert_int_equal(read_text(&settings, text), 0);
                assert_int_equal(settings.sync, i % 2 == 1);
                assert_said("err", "");
        }
}

static void bad_line_is_logged_with_its_number_and_passed_over(void **state) {
        static const char *const lines[] = {
                "QuietSec=soon",
                "QuietSec=-1",
                "MaxDelaySec=5 s x",
                "Sync=perhaps",
                "LogLevel=loud",
                "ReadingThreads=-1",
                "ReadingThreads=x",
                "ReadingThreads=1025",
                "NoSuchKey=1",
                "no setting",
                "=1",
                "quietsec=1s",
                "[Unknown]",
                "[Depmodd",
                "ReadingThreads= 1 2",
                "ScanIntervalSec=1d",
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(lines); i++) {
                _cleanup_settings_ Settings settings = {};
                char text[128];

                (void) snprintf(text, sizeof(text), "[Depmodd]\n\n%s\n", lines[i]);
                assert_int_equal(read_text(&settings, text), 0);
                assert_defaults(&settings);
                assert_said("err", "c:3: '");
                assert_said("err", "ignoring it");
        }
}

static void lines_of_other_sections_are_not_ours(void **state) {
        _cleanup_settings_ Settings settings = {};

        (void) state;
        assert_int_equal(read_text(&settings, "[X-Other]\nQuietSec=9s\nwhatever\n"
                                              "[Depmodd]\nMaxDelaySec=7s\n"),
                         0);
        assert_int_equal(settings.settle.quiet_usec, 250 * MS);
        assert_int_equal(settings.settle.delay_max_usec, 7000 * MS);
}

static void named_file_that_cannot_be_read_changes_nothing(void **state) {
        _cleanup_settings_ Settings settings = {};
        int err;

        (void) state;
        assert_int_equal(read_text(&settings, full), 0);
        assert_int_equal(unlink("c"), 0);
        err = redirect(STDERR_FILENO, "err");
        log_set_level(LOG_ERR);
        assert_int_equal(settings_read_files(&settings), -ENOENT);
        restore(STDERR_FILENO, err);
        assert_said("err", "Cannot read c");
        assert_int_equal(settings.settle.quiet_usec, 1000 * MS);
        assert_true(settings.trigger_udev);
        assert_int_equal(settings.n_workers, 3);
        assert_int_equal(log_level(), LOG_ERR);
}

static void reading_again_forgets_what_is_no_longer_said(void **state) {
        _cleanup_settings_ Settings settings = {};

        (void) state;
        assert_int_equal(read_text(&settings, full), 0);
        temp_tree_write_text("c", "[Depmodd]\n");
        assert_int_equal(settings_read_files(&settings), 0);
        assert_defaults(&settings);
        assert_int_equal(log_level(), LOG_INFO);
}

static void level_of_the_command_line_wins(void **state) {
        _cleanup_settings_ Settings settings = {};

        (void) state;
        assert_int_equal(read_text(&settings, full), 0);
        settings.forced_log_level = LOG_DEBUG;
        assert_int_equal(settings_read_files(&settings), 0);
        assert_int_equal(log_level(), LOG_DEBUG);
}

static void file_of_other_bytes_is_no_danger(void **state) {
        _cleanup_settings_ Settings settings = {};

        (void) state;
        assert_int_equal(read_text(&settings, "\xff\xfe=\x80\n[\n]\n=\n==\n[Depmodd]\n\t=\t\n"), 0);
        assert_defaults(&settings);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(without_options_it_is_for_the_system),
                TREE_TEST(all_is_below_the_root),
                TREE_TEST(relative_root_is_below_the_working_directory),
                TREE_TEST(last_of_an_option_counts),
                TREE_TEST(help_and_version_end_it),
                TREE_TEST(what_is_wrong_with_the_command_line_is_said),
                TREE_TEST(empty_file_means_the_defaults),
                TREE_TEST(each_setting_is_taken),
                TREE_TEST(last_line_counts_and_an_empty_value_is_the_default),
                TREE_TEST(truth_has_several_words),
                TREE_TEST(bad_line_is_logged_with_its_number_and_passed_over),
                TREE_TEST(lines_of_other_sections_are_not_ours),
                TREE_TEST(named_file_that_cannot_be_read_changes_nothing),
                TREE_TEST(reading_again_forgets_what_is_no_longer_said),
                TREE_TEST(level_of_the_command_line_wins),
                TREE_TEST(file_of_other_bytes_is_no_danger),
        };

        return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
