/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "config-files.h"
#include "temp-tree.h"

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
        temp_tree_write_text("x.conf", "");
        check(PATHS("nowhere", "", "x.conf/", "x.conf"), "x.conf\n");
}

static void files_are_sorted_by_name_whatever_their_directory(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        temp_tree_make_directory("b");
        temp_tree_write_text("a/z.conf", "");
        temp_tree_write_text("a/b.conf", "");
        temp_tree_write_text("b/a.conf", "");
        temp_tree_write_text("b/B.conf", "");
        temp_tree_write_text("b/y.conf", "");
        check(PATHS("a", "b"), "b/B.conf\nb/a.conf\na/b.conf\nb/y.conf\na/z.conf\n");
}

static void file_masks_the_same_name_in_later_paths(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        temp_tree_make_directory("b");
        temp_tree_write_text("a/x.conf", "");
        temp_tree_write_text("b/x.conf", "");
        check(PATHS("a", "b"), "a/x.conf\nconfig-masked: b/x.conf\n");
        check(PATHS("b", "a"), "b/x.conf\nconfig-masked: a/x.conf\n");
        check(PATHS("a", "a", "b"), "a/x.conf\nconfig-masked: a/x.conf\nconfig-masked: b/x.conf\n");
}

static void link_to_dev_null_masks_too(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        temp_tree_make_directory("b");
        temp_tree_link("/dev/null", "a/x.conf");
        temp_tree_write_text("b/x.conf", "");
        check(PATHS("a", "b"), "a/x.conf\nconfig-masked: b/x.conf\n");
}

static void file_given_by_path_may_have_any_name(void **state) {
        (void) state;
        temp_tree_write_text("m", "");
        temp_tree_write_text(".hidden", "");
        check(PATHS("m", "./.hidden"), "./.hidden\nm\n");
}

static void file_given_by_path_is_sorted_and_masks_like_others(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        temp_tree_write_text("a/l.conf", "");
        temp_tree_write_text("a/m.conf", "");
        temp_tree_write_text("a/n.conf", "");
        temp_tree_write_text("m.conf", "");
        check(PATHS("m.conf", "a"), "a/l.conf\nm.conf\na/n.conf\nconfig-masked: a/m.conf\n");
        check(PATHS("a", "m.conf"), "a/l.conf\na/m.conf\na/n.conf\nconfig-masked: m.conf\n");
}

static void hidden_entries_are_passed_over_silently(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        temp_tree_write_text("a/.x.conf", "");
        temp_tree_write_text("a/.conf", "");
        temp_tree_make_directory("a/.d.conf");
        check(PATHS("a"), "");
}

static void name_without_the_ending_is_told(void **state) {
        static const char *const names[] = { "conf", "xconf", "x.CONF", "x.conf~", "x.con" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                char path[32], expected[64];

                temp_tree_make_directory("a");
                (void) snprintf(path, sizeof(path), "a/%s", names[i]);
                (void) snprintf(expected, sizeof(expected), "config-name: %s\n", path);
                temp_tree_write_text(path, "");
                check(PATHS("a"), expected);
                assert_int_equal(unlink(path), 0);
                assert_int_equal(rmdir("a"), 0);
        }
}

static void shortest_name_with_the_ending_counts(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        temp_tree_write_text("a/x.conf", "");
        check(PATHS("a"), "a/x.conf\n");
}

static void subdirectory_is_a_problem_and_masks_nothing(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        temp_tree_make_directory("a/x.conf");
        temp_tree_make_directory("b");
        temp_tree_write_text("b/x.conf", "");
        check(PATHS("a", "b"), "b/x.conf\nconfig-subdirectory: a/x.conf\n");
}

static void subdirectory_without_the_ending_is_only_a_wrong_name(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        temp_tree_make_directory("a/sub");
        check(PATHS("a"), "config-name: a/sub\n");
}

static void dangling_link_is_a_problem_and_masks_nothing(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        temp_tree_link("nowhere", "a/x.conf");
        temp_tree_make_directory("b");
        temp_tree_write_text("b/x.conf", "");
        check(PATHS("a", "b"), "b/x.conf\nconfig-stat: a x.conf ENOENT\n");
}

static void link_to_a_file_is_a_file(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        temp_tree_write_text("target", "");
        temp_tree_link("../target", "a/x.conf");
        check(PATHS("a"), "a/x.conf\n");
}

static void pipe_in_a_directory_is_unreadable(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        assert_int_equal(mkfifo("a/x.conf", 0644), 0);
        check(PATHS("a"), "config-unreadable: a/x.conf EOPNOTSUPP\n");
}

static void trailing_slash_of_a_directory_is_kept(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        temp_tree_write_text("a/x.conf", "");
        check(PATHS("a/"), "a//x.conf\n");
}

static void want_of_descriptors_is_not_the_directorys_problem(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_config_files_ ConfigFiles files = {};
        struct rlimit limit, none;
        int r;

        (void) state;
        temp_tree_make_directory("a");
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

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(no_paths_give_no_files),
                TREE_TEST(path_that_does_not_exist_is_no_problem),
                TREE_TEST(files_are_sorted_by_name_whatever_their_directory),
                TREE_TEST(file_masks_the_same_name_in_later_paths),
                TREE_TEST(link_to_dev_null_masks_too),
                TREE_TEST(file_given_by_path_may_have_any_name),
                TREE_TEST(file_given_by_path_is_sorted_and_masks_like_others),
                TREE_TEST(hidden_entries_are_passed_over_silently),
                TREE_TEST(name_without_the_ending_is_told),
                TREE_TEST(shortest_name_with_the_ending_counts),
                TREE_TEST(subdirectory_is_a_problem_and_masks_nothing),
                TREE_TEST(subdirectory_without_the_ending_is_only_a_wrong_name),
                TREE_TEST(dangling_link_is_a_problem_and_masks_nothing),
                TREE_TEST(link_to_a_file_is_a_file),
                TREE_TEST(pipe_in_a_directory_is_unreadable),
                TREE_TEST(trailing_slash_of_a_directory_is_kept),
                TREE_TEST(want_of_descriptors_is_not_the_directorys_problem),
                TREE_TEST(unreadable_path_is_a_problem_unless_the_reason_is_ours),
        };

        return cmocka_run_group_tests_name("config-files", tests, NULL, NULL);
}
