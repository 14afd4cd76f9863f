/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "config-files.h"
#include "fd.h"

/* Each test has a directory of its own as its working directory. */
static int enter_directory(void **state) {
        char *path = strdup("/tmp/test-config-files-XXXXXX");

        if (!path || !mkdtemp(path) || chdir(path) < 0)
                return -1;
        *state = path;
        return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
        (void) st;
        (void) type;
        (void) ftw;
        return remove(path);
}

static int leave_directory(void **state) {
        _cleanup_free_ char *path = *state;

        return chdir("/") < 0 || nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) < 0 ? -1 : 0;
}

static void make_directory(const char *path) {
        assert_int_equal(mkdir(path, 0755), 0);
}

static void make_file(const char *path) {
        _cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

        assert_true(fd >= 0);
}

static void describe(Buffer *text, const ConfigFiles *files, const ProblemList *problems) {
        for (size_t i = 0; i < files->count; i++)
                buffer_append_format(text, "%s\n", files->items[i].path);
        for (size_t i = 0; i < problems->count; i++) {
                const Problem *problem = &problems->items[i];

                buffer_append_format(text, "%s: %s", problem_code(problem->kind), problem->path);
                if (problem->subject)
                        buffer_append_format(text, " %s", problem->subject);
                if (problem->error != 0)
                        buffer_append_format(text, " %s", strerrorname_np(problem->error));
                buffer_append_byte(text, '\n');
        }
        buffer_append_byte(text, '\0');
}

static void check(const char *const *paths, const char *expected) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_config_files_ ConfigFiles files = {};
        _cleanup_buffer_ Buffer text = {};

        assert_int_equal(config_files_find(&files, paths, &problems), 0);
        describe(&text, &files, &problems);
        assert_int_equal(buffer_error(&text), 0);
        assert_string_equal(text.data, expected);
}

#define PATHS(...) ((const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

static void no_paths_give_no_files(void **state) {
        (void) state;
        check(PATHS(), "");
}

static void path_that_does_not_exist_is_no_problem(void **state) {
        (void) state;
        make_file("x.conf");
        check(PATHS("nowhere", "", "x.conf/", "x.conf"), "x.conf\n");
}

static void files_are_sorted_by_name_whatever_their_directory(void **state) {
        (void) state;
        make_directory("a");
        make_directory("b");
        make_file("a/z.conf");
        make_file("a/b.conf");
        make_file("b/a.conf");
        make_file("b/B.conf");
        make_file("b/y.conf");
        check(PATHS("a", "b"), "b/B.conf\nb/a.conf\na/b.conf\nb/y.conf\na/z.conf\n");
}

static void file_masks_the_same_name_in_later_paths(void **state) {
        (void) state;
        make_directory("a");
        make_directory("b");
        make_file("a/x.conf");
        make_file("b/x.conf");
        check(PATHS("a", "b"), "a/x.conf\nconfig-masked: b/x.conf\n");
        check(PATHS("b", "a"), "b/x.conf\nconfig-masked: a/x.conf\n");
        check(PATHS("a", "a", "b"), "a/x.conf\nconfig-masked: a/x.conf\nconfig-masked: b/x.conf\n");
}

static void link_to_dev_null_masks_too(void **state) {
        (void) state;
        make_directory("a");
        make_directory("b");
        assert_int_equal(symlink("/dev/null", "a/x.conf"), 0);
        make_file("b/x.conf");
        check(PATHS("a", "b"), "a/x.conf\nconfig-masked: b/x.conf\n");
}

static void file_given_by_path_may_have_any_name(void **state) {
        (void) state;
        make_file("m");
        make_file(".hidden");
        check(PATHS("m", "./.hidden"), "./.hidden\nm\n");
}

static void file_given_by_path_is_sorted_and_masks_like_others(void **state) {
        (void) state;
        make_directory("a");
        make_file("a/l.conf");
        make_file("a/m.conf");
        make_file("a/n.conf");
        make_file("m.conf");
        check(PATHS("m.conf", "a"), "a/l.conf\nm.conf\na/n.conf\nconfig-masked: a/m.conf\n");
        check(PATHS("a", "m.conf"), "a/l.conf\na/m.conf\na/n.conf\nconfig-masked: m.conf\n");
}

static void hidden_entries_are_passed_over_silently(void **state) {
        (void) state;
        make_directory("a");
        make_file("a/.x.conf");
        make_file("a/.conf");
        make_directory("a/.d.conf");
        check(PATHS("a"), "");
}

static void name_without_the_ending_is_told(void **state) {
        static const char *const names[] = { "conf", "xconf", "x.CONF", "x.conf~", "x.con" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                char path[32], expected[64];

                make_directory("a");
                (void) snprintf(path, sizeof(path), "a/%s", names[i]);
                (void) snprintf(expected, sizeof(expected), "config-name: %s\n", path);
                make_file(path);
                check(PATHS("a"), expected);
                assert_int_equal(unlink(path), 0);
                assert_int_equal(rmdir("a"), 0);
        }
}

static void shortest_name_with_the_ending_counts(void **state) {
        (void) state;
        make_directory("a");
        make_file("a/x.conf");
        check(PATHS("a"), "a/x.conf\n");
}

static void subdirectory_is_a_problem_and_masks_nothing(void **state) {
        (void) state;
        make_directory("a");
        make_directory("a/x.conf");
        make_directory("b");
        make_file("b/x.conf");
        check(PATHS("a", "b"), "b/x.conf\nconfig-subdirectory: a/x.conf\n");
}

static void subdirectory_without_the_ending_is_only_a_wrong_name(void **state) {
        (void) state;
        make_directory("a");
        make_directory("a/sub");
        check(PATHS("a"), "config-name: a/sub\n");
}

static void dangling_link_is_a_problem_and_masks_nothing(void **state) {
        (void) state;
        make_directory("a");
        assert_int_equal(symlink("nowhere", "a/x.conf"), 0);
        make_directory("b");
        make_file("b/x.conf");
        check(PATHS("a", "b"), "b/x.conf\nconfig-stat: a x.conf ENOENT\n");
}

static void link_to_a_file_is_a_file(void **state) {
        (void) state;
        make_directory("a");
        make_file("target");
        assert_int_equal(symlink("../target", "a/x.conf"), 0);
        check(PATHS("a"), "a/x.conf\n");
}

static void pipe_in_a_directory_is_unreadable(void **state) {
        (void) state;
        make_directory("a");
        assert_int_equal(mkfifo("a/x.conf", 0644), 0);
        check(PATHS("a"), "config-unreadable: a/x.conf EOPNOTSUPP\n");
}

static void trailing_slash_of_a_directory_is_kept(void **state) {
        (void) state;
        make_directory("a");
        make_file("a/x.conf");
        check(PATHS("a/"), "a//x.conf\n");
}

static void want_of_descriptors_is_not_the_directorys_problem(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_config_files_ ConfigFiles files = {};
        struct rlimit limit, none;
        int r;

        (void) state;
        make_directory("a");
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
        none = (struct rlimit){ .rlim_cur = 0, .rlim_max = limit.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
        r = config_files_find(&files, PATHS("a"), &problems);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        assert_int_equal(r, -EMFILE);
        assert_int_equal(problems.count, 0);
}

static void unreadable_path_is_a_problem_unless_the_reason_is_ours(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};

        (void) state;
        assert_int_equal(config_files_unreadable("x", ENOMEM, &problems), -ENOMEM);
        assert_int_equal(config_files_unreadable("x", ENFILE, &problems), -ENFILE);
        assert_int_equal(problems.count, 0);
        assert_int_equal(config_files_unreadable("x", EACCES, &problems), 0);
        assert_int_equal(problems.count, 1);
        assert_int_equal(problems.items[0].kind, PROBLEM_CONFIG_UNREADABLE);
        assert_int_equal(problems.items[0].error, EACCES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_directory, leave_directory)

int main(void) {
        const struct CMUnitTest tests[] = {
                TEST(no_paths_give_no_files),
                TEST(path_that_does_not_exist_is_no_problem),
                TEST(files_are_sorted_by_name_whatever_their_directory),
                TEST(file_masks_the_same_name_in_later_paths),
                TEST(link_to_dev_null_masks_too),
                TEST(file_given_by_path_may_have_any_name),
                TEST(file_given_by_path_is_sorted_and_masks_like_others),
                TEST(hidden_entries_are_passed_over_silently),
                TEST(name_without_the_ending_is_told),
                TEST(shortest_name_with_the_ending_counts),
                TEST(subdirectory_is_a_problem_and_masks_nothing),
                TEST(subdirectory_without_the_ending_is_only_a_wrong_name),
                TEST(dangling_link_is_a_problem_and_masks_nothing),
                TEST(link_to_a_file_is_a_file),
                TEST(pipe_in_a_directory_is_unreadable),
                TEST(trailing_slash_of_a_directory_is_kept),
                TEST(want_of_descriptors_is_not_the_directorys_problem),
                TEST(unreadable_path_is_a_problem_unless_the_reason_is_ours),
        };

        return cmocka_run_group_tests_name("config-files", tests, NULL, NULL);
}
