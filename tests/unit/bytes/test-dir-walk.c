/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "dir-walk.h"
#include "fd.h"
#include "privileges.h"
#include "problem-text.h"
#include "temp-tree.h"
#include "test-case.h"

typedef struct Seen {
        Buffer paths;
        const char *stop_at; /* a name; NULL: none */
        int result;
} Seen;

static bool is_excluded(const char *name, const void *userdata) {
        const char *const *names = userdata;

        for (size_t i = 0; names[i]; i++) {
                if (strcmp(name, names[i]) == 0)
                        return true;
        }
        return false;
}

/* Notes the path below the root, and whether the descriptor and the name open the same file. */
static int on_file(const char *path, size_t relative, int dir_fd, const char *name,
                   void *userdata) {
        struct stat by_path, by_name;
        Seen *seen = userdata;

        assert_int_equal(path[relative - 1], '/');
        assert_int_equal(stat(path, &by_path), 0);
        assert_int_equal(fstatat(dir_fd, name, &by_name, 0), 0);
        assert_int_equal(by_path.st_ino, by_name.st_ino);
        assert_int_equal(by_path.st_dev, by_name.st_dev);

        if (seen->stop_at && strcmp(name, seen->stop_at) == 0)
                return seen->result;
        buffer_append_format(&seen->paths, "%s ", path + relative);
        return 0;
}

static int walk_without(const char *root, const char *const *excluded, Seen *seen,
                        ProblemList *problems) {
        return dir_walk(&(DirWalk){ .root = root,
                                    .is_excluded = is_excluded,
                                    .excluded_userdata = excluded,
                                    .on_file = on_file,
                                    .userdata = seen,
                                    .problems = problems });
}

static int walk(const char *root, Seen *seen, ProblemList *problems) {
        static const char *const none[] = { NULL };

        return walk_without(root, none, seen, problems);
}

static void check(const char *root, const char *files, const char *problem_lines) {
        _cleanup_problem_list_ ProblemList problems = {};
        Seen seen = {};

        assert_int_equal(walk(root, &seen, &problems), 0);
        assert_text(&seen.paths, files);
        assert_problems(&problems, problem_lines);
        buffer_done(&seen.paths);
}

static void files_come_in_path_order_at_every_depth(void **state) {
        static const char *const paths[] = { "t/b",    "t/a/z", "t/a/b/c",  "t/a-b",
                                             "t/a.ko", "t/B",   "t/c/d/e/f" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(paths); i++)
                temp_tree_write_text(paths[i], "");
        check("t", "B a/b/c a/z a-b a.ko b c/d/e/f ", "");
}

static void names_are_compared_as_unsigned_bytes(void **state) {
        (void) state;
        temp_tree_write_text("t/\xc3\xa9", "");
        temp_tree_write_text("t/z", "");
        check("t", "z \xc3\xa9 ", "");
}

static void empty_directory_has_no_files(void **state) {
        (void) state;
        temp_tree_make_directory("t/a/b");
        check("t", "", "");
}

static void hidden_entries_are_visited(void **state) {
        (void) state;
        temp_tree_write_text("t/.git/x.ko", "");
        temp_tree_write_text("t/.x", "");
        check("t", ".git/x.ko .x ", "");
}

static void excluded_names_are_passed_over_at_every_level(void **state) {
        static const char *const excluded[] = { "build", "x.ko", NULL };
        _cleanup_problem_list_ ProblemList problems = {};
        Seen seen = {};

        (void) state;
        temp_tree_write_text("t/build/a.ko", "");
        temp_tree_write_text("t/a/build", "");
        temp_tree_write_text("t/a/x.ko", "");
        temp_tree_write_text("t/a/xx.ko", "");
        temp_tree_link("nowhere", "t/x.ko");
        assert_int_equal(walk_without("t", excluded, &seen, &problems), 0);
        assert_text(&seen.paths, "a/xx.ko ");
        assert_problems(&problems, "");
        buffer_done(&seen.paths);
}

static void many_entries_are_read_to_the_last(void **state) {
        _cleanup_buffer_ Buffer expected = {};

        (void) state;
        for (int i = 0; i < 3000; i++) {
                char path[64];

                (void) snprintf(path, sizeof(path), "t/long-name-of-a-module-%05d.ko", i);
                temp_tree_write_text(path, "");
                buffer_append_format(&expected, "%s ", path + 2);
        }
        buffer_append_byte(&expected, '\0');
        check("t", expected.data, "");
}

static void root_keeps_its_form(void **state) {
        _cleanup_free_ char *absolute = NULL;

        (void) state;
        temp_tree_write_text("t/a/x", "");
        absolute = temp_tree_path("t");
        check(absolute, "a/x ", "");
        check("t/", "a/x ", "");
        check("./t", "a/x ", "");
}

static void links_to_files_and_directories_are_followed(void **state) {
        (void) state;
        temp_tree_write_text("elsewhere/d/y", "");
        temp_tree_write_text("elsewhere/x", "");
        temp_tree_make_directory("t");
        temp_tree_link("../elsewhere/x", "t/file");
        temp_tree_link("../elsewhere/d", "t/directory");
        check("t", "directory/y file ", "");
}

static void root_may_be_a_link(void **state) {
        (void) state;
        temp_tree_write_text("t/x", "");
        temp_tree_link("t", "link");
        check("link", "x ", "");
}

static void dangling_link_is_a_problem_and_the_walk_goes_on(void **state) {
        (void) state;
        temp_tree_write_text("t/a", "");
        temp_tree_link("nowhere", "t/b");
        temp_tree_write_text("t/c", "");
        check("t", "a c ", "entry-stat t/b ENOENT\n");
}

static void link_to_itself_is_a_problem(void **state) {
        (void) state;
        temp_tree_make_directory("t");
        temp_tree_link("a", "t/a");
        check("t", "", "entry-stat t/a ELOOP\n");
}

static void directory_that_contains_itself_is_met_once(void **state) {
        (void) state;
        temp_tree_write_text("t/k/a", "");
        temp_tree_link(".", "t/k/loop");
        temp_tree_link("..", "t/k/up");
        check("t", "k/a ", "directory-loop t/k/loop\ndirectory-loop t/k/up\n");
}

static void loop_through_two_links_is_found(void **state) {
        (void) state;
        temp_tree_write_text("t/a/x", "");
        temp_tree_write_text("t/b/y", "");
        temp_tree_link("../b", "t/a/to-b");
        temp_tree_link("../a", "t/b/to-a");
        check("t", "a/to-b/y a/x b/to-a/x b/y ",
              "directory-loop t/a/to-b/to-a\ndirectory-loop t/b/to-a/to-b\n");
}

static void ladder_of_links_comes_to_an_end(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        Seen seen = {};

        (void) state;
        for (unsigned i = 0; i < 20; i++) {
                char target[32], path[32];

                (void) snprintf(path, sizeof(path), "t/%02u/file", i);
                temp_tree_write_text(path, "");
                (void) snprintf(target, sizeof(target), "../%02u", i + 1);
                for (char side = 'l'; side <= 'r'; side += 'r' - 'l') {
                        (void) snprintf(path, sizeof(path), "t/%02u/%c", i, side);
                        temp_tree_link(target, path);
                }
        }
        temp_tree_write_text("t/20/last", "");

        /* Not a million ways; and what is no link's is all there. */
        assert_int_equal(walk("t", &seen, &problems), 0);
        assert_in_range(seen.paths.size, 1000, 2000000);
        buffer_append_byte(&seen.paths, '\0');
        assert_non_null(strstr(seen.paths.data, " 20/last "));
        assert_int_equal(problems.count, 1);
        assert_int_equal(problems.items[0].kind, PROBLEM_DIRECTORY_LINKS);
        buffer_done(&seen.paths);
}

static void directory_met_twice_side_by_side_is_no_loop(void **state) {
        (void) state;
        temp_tree_write_text("t/a/x", "");
        temp_tree_link("a", "t/b");
        check("t", "a/x b/x ", "");
}

/* S_IFIFO, S_IFSOCK, S_IFCHR in decimal. */
static void other_types_are_problems(void **state) {
        struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "t/socket" };
        _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM, 0);

        (void) state;
        temp_tree_make_directory("t");
        assert_int_equal(mkfifo("t/fifo.ko", 0644), 0);
        assert_int_equal(bind(fd, (struct sockaddr *) &address, sizeof(address)), 0);
        temp_tree_link("/dev/null", "t/null.ko");
        check("t", "",
              "entry-type t/fifo.ko #4096\nentry-type t/null.ko #8192\nentry-type t/socket "
              "#49152\n");
}

static void directory_that_cannot_be_opened_is_a_problem_and_the_walk_goes_on(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        Seen seen = {};
        int r;

        (void) state;
        temp_tree_write_text("t/a/b/hidden", "");
        temp_tree_write_text("t/c", "");
        assert_int_equal(chmod("t/a/b", 0), 0);
        privileges_drop();
        r = walk("t", &seen, &problems);
        privileges_restore();
        assert_int_equal(r, 0);
        assert_text(&seen.paths, "c ");
        assert_problems(&problems, "entry-open t/a/b EACCES\n");
        buffer_done(&seen.paths);
}

static void root_that_cannot_be_opened_is_the_result_and_a_problem(void **state) {
        static const struct {
                const char *root;
                int error;
                const char *problems;
        } cases[] = {
                { "nowhere", -ENOENT, "directory-unreadable nowhere ENOENT\n" },
                { "file", -ENOTDIR, "directory-unreadable file ENOTDIR\n" },
        };

        (void) state;
        temp_tree_write_text("file", "");
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_problem_list_ ProblemList problems = {};
                Seen seen = {};

                assert_int_equal(walk(cases[i].root, &seen, &problems), cases[i].error);
                assert_problems(&problems, cases[i].problems);
                assert_int_equal(walk(cases[i].root, &seen, NULL), cases[i].error);
        }
}

static void negative_result_ends_the_walk(void **state) {
        Seen seen = { .stop_at = "b", .result = -ECANCELED };

        (void) state;
        temp_tree_write_text("t/a", "");
        temp_tree_write_text("t/b", "");
        temp_tree_write_text("t/c", "");
        assert_int_equal(walk("t", &seen, NULL), -ECANCELED);
        assert_text(&seen.paths, "a ");
        buffer_done(&seen.paths);
}

/* One descriptor for each level, whatever the number of directories. */
static void no_more_descriptors_are_open_than_the_tree_is_deep(void **state) {
        struct rlimit limit, few;
        int lowest = dup(0), r;
        Seen seen = {};

        (void) state;
        for (int i = 0; i < 40; i++) {
                char path[32];

                (void) snprintf(path, sizeof(path), "t/%02d/d/x", i);
                temp_tree_write_text(path, "");
        }

        assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
        few = (struct rlimit){ .rlim_cur = (rlim_t) lowest + 4, .rlim_max = limit.rlim_max };
        assert_int_equal(close(lowest), 0);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        r = walk("t", &seen, NULL);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        assert_int_equal(r, 0);
        assert_int_equal(seen.paths.size, 40 * strlen("00/d/x "));
        buffer_done(&seen.paths);
}

/* Otherwise modules would be missing from an index because of us. */
static void want_of_descriptors_ends_the_walk(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        struct rlimit limit, few;
        int lowest = dup(0), r;
        Seen seen = {};

        (void) state;
        temp_tree_write_text("t/a/b/c/x", "");
        temp_tree_write_text("t/z", "");
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
        few = (struct rlimit){ .rlim_cur = (rlim_t) lowest + 2, .rlim_max = limit.rlim_max };
        assert_int_equal(close(lowest), 0);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        r = walk("t", &seen, &problems);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        assert_int_equal(r, -EMFILE);
        assert_problems(&problems, "entry-open t/a/b EMFILE\n");
        buffer_done(&seen.paths);
}

static void errors_that_say_nothing_of_the_directory_are_fatal(void **state) {
        static const int fatal[] = { EIO, ENOMEM, EMFILE, ENFILE, EOVERFLOW };
        static const int others[] = { ENOENT, EACCES, ENOTDIR, ELOOP, EPERM };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(fatal); i++)
                assert_true(dir_walk_is_fatal(-fatal[i]));
        for (size_t i = 0; i < ELEMENTSOF(others); i++)
                assert_false(dir_walk_is_fatal(-others[i]));
        assert_false(dir_walk_is_fatal(0));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(files_come_in_path_order_at_every_depth),
                TREE_TEST(names_are_compared_as_unsigned_bytes),
                TREE_TEST(empty_directory_has_no_files),
                TREE_TEST(hidden_entries_are_visited),
                TREE_TEST(excluded_names_are_passed_over_at_every_level),
                TREE_TEST(many_entries_are_read_to_the_last),
                TREE_TEST(root_keeps_its_form),
                TREE_TEST(links_to_files_and_directories_are_followed),
                TREE_TEST(root_may_be_a_link),
                TREE_TEST(dangling_link_is_a_problem_and_the_walk_goes_on),
                TREE_TEST(link_to_itself_is_a_problem),
                TREE_TEST(directory_that_contains_itself_is_met_once),
                TREE_TEST(loop_through_two_links_is_found),
                TREE_TEST(ladder_of_links_comes_to_an_end),
                TREE_TEST(directory_met_twice_side_by_side_is_no_loop),
                TREE_TEST(other_types_are_problems),
                TREE_TEST(directory_that_cannot_be_opened_is_a_problem_and_the_walk_goes_on),
                TREE_TEST(root_that_cannot_be_opened_is_the_result_and_a_problem),
                TREE_TEST(negative_result_ends_the_walk),
                TREE_TEST(want_of_descriptors_ends_the_walk),
                TREE_TEST(errors_that_say_nothing_of_the_directory_are_fatal),
                TREE_TEST(no_more_descriptors_are_open_than_the_tree_is_deep),
        };

        return cmocka_run_group_tests_name("dir-walk", tests, NULL, NULL);
}
