/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "depmod-config.h"
#include "fd.h"
#include "temp-tree.h"

static void assert_searches(const Config *config, const char *first, const char *second) {
        assert_int_equal(config->n_searches, second ? 2 : 1);
        assert_string_equal(config->searches[0].directory, first);
        if (second)
                assert_string_equal(config->searches[1].directory, second);
}

static void read_ok(Config *config, const char *path, const char *version) {
        const char *const paths[] = { path, NULL };

        assert_int_equal(config_read(config, paths, version, NULL), 0);
}

/* The one problem of reading `path` must be that it is unreadable for this reason. */
static void assert_unreadable(const char *path, const char *file, int error) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_config_ Config config = {};
        const char *const paths[] = { path, NULL };

        assert_int_equal(config_read(&config, paths, "6.1", &problems), 0);
        assert_int_equal(problems.count, 1);
        assert_int_equal(problems.items[0].kind, PROBLEM_CONFIG_UNREADABLE);
        assert_string_equal(problems.items[0].path, file);
        assert_int_equal(problems.items[0].error, error);
        assert_searches(&config, "updates", NULL);
}

static void without_files_updates_are_searched(void **state) {
        _cleanup_config_ Config config = {};
        _cleanup_config_ Config other = {};

        (void) state;
        assert_int_equal(config_init(&config), 0);
        assert_searches(&config, "updates", NULL);
        assert_int_equal(config.n_overrides + config.n_externals + config.n_excludes, 0);

        read_ok(&other, "nowhere", "6.1");
        assert_searches(&other, "updates", NULL);
}

static void files_are_parsed_in_the_order_of_their_names(void **state) {
        _cleanup_config_ Config config = {};

        (void) state;
        temp_tree_write_text("b.conf", "search b\n");
        temp_tree_write_text("a.conf", "search a");
        read_ok(&config, ".", "6.1");
        assert_searches(&config, "a", "b");
}

static void masked_file_says_nothing(void **state) {
        const char *const paths[] = { "a", "b", NULL };
        _cleanup_config_ Config config = {};

        (void) state;
        temp_tree_make_directory("a");
        temp_tree_make_directory("b");
        temp_tree_write_text("a/x.conf", "search a\n");
        temp_tree_write_text("b/x.conf", "search b\n");
        temp_tree_write_text("b/y.conf", "search y\n");
        assert_int_equal(config_read(&config, paths, "6.1", NULL), 0);
        assert_searches(&config, "a", "y");
}

static void link_to_dev_null_is_an_empty_file(void **state) {
        _cleanup_config_ Config config = {};

        (void) state;
        temp_tree_link("/dev/null", "x.conf");
        read_ok(&config, ".", "6.1");
        assert_searches(&config, "updates", NULL);
}

static void lines_hold_for_the_version_they_name(void **state) {
        _cleanup_config_ Config config = {};
        _cleanup_config_ Config other = {};

        (void) state;
        temp_tree_write_text("x.conf", "override m ^6 a\nexternal ^5 /e\n");
        read_ok(&config, ".", "6.1");
        assert_int_equal(config.n_overrides, 1);
        assert_int_equal(config.n_externals, 0);
        read_ok(&other, ".", "5.10");
        assert_int_equal(other.n_overrides, 0);
        assert_int_equal(other.n_externals, 1);
}

static void problem_of_a_line_names_the_file(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        const char *const paths[] = { ".", NULL };
        _cleanup_config_ Config config = {};

        (void) state;
        temp_tree_write_text("x.conf", "\nbad line\n");
        assert_int_equal(config_read(&config, paths, "6.1", &problems), 0);
        assert_int_equal(problems.count, 1);
        assert_int_equal(problems.items[0].kind, PROBLEM_CONFIG_BAD_LINE);
        assert_string_equal(problems.items[0].path, "./x.conf");
        assert_int_equal(problems.items[0].line, 2);
}

static void file_of_many_pages_is_read_whole(void **state) {
        _cleanup_config_ Config config = {};
        FILE *file;

        (void) state;
        file = fopen("x.conf", "we");
        assert_non_null(file);
        for (int i = 0; i < 3000; i++)
                (void) fprintf(file, "exclude x%d\n", i);
        assert_int_equal(fclose(file), 0);
        read_ok(&config, "x.conf", "6.1");
        assert_int_equal(config.n_excludes, 3000);
        assert_string_equal(config.excludes[2999], "x2999");
}

static void pipe_given_by_path_is_read(void **state) {
        _cleanup_config_ Config config = {};
        char path[32];
        int fds[2];

        (void) state;
        assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
        assert_int_equal(fd_write_all(fds[1], "search piped\n", 13), 0);
        (void) close(fds[1]);
        (void) snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
        read_ok(&config, path, "6.1");
        (void) close(fds[0]);
        assert_searches(&config, "piped", NULL);
}

static void endless_file_is_unreadable(void **state) {
        (void) state;
        assert_unreadable("/dev/zero", "/dev/zero", EFBIG);
}

/* A socket, because nothing but ENXIO keeps root from opening a file. */
static void file_that_cannot_be_opened_is_unreadable(void **state) {
        (void) state;
        assert_int_equal(mknod("x.conf", S_IFSOCK | 0644, 0), 0);
        assert_unreadable(".", "./x.conf", ENXIO);
}

/* Reading address 0 of a process fails like a broken disk, of which nobody knows what it holds. */
static void failing_disk_is_not_the_files_problem(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        const char *const paths[] = { "x.conf", NULL };
        _cleanup_config_ Config config = {};

        (void) state;
        temp_tree_link("/proc/self/mem", "x.conf");
        assert_int_equal(config_read(&config, paths, "6.1", &problems), -EIO);
        assert_int_equal(problems.count, 0);
}

static void want_of_descriptors_is_not_the_files_problem(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        const char *const paths[] = { "x.conf", NULL };
        _cleanup_config_ Config config = {};
        struct rlimit limit, none;
        int r;

        (void) state;
        temp_tree_write_text("x.conf", "search a\n");
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
        none = (struct rlimit){ .rlim_cur = 0, .rlim_max = limit.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
        r = config_read(&config, paths, "6.1", &problems);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        assert_int_equal(r, -EMFILE);
        assert_int_equal(problems.count, 0);
}

static void default_paths_have_the_order_of_kmod(void **state) {
        static const char *const expected[] = {
                "/etc/depmod.d",     "/run/depmod.d", "/usr/local/lib/depmod.d",
                "/usr/lib/depmod.d", "/lib/depmod.d",
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(expected); i++)
                assert_string_equal(config_default_paths[i], expected[i]);
        assert_null(config_default_paths[ELEMENTSOF(expected)]);
}

static void build_and_source_are_always_excluded(void **state) {
        _cleanup_config_ Config config = {};

        (void) state;
        assert_int_equal(config_init(&config), 0);
        assert_true(config_excludes(&config, "build"));
        assert_true(config_excludes(&config, "source"));
        assert_false(config_excludes(&config, "buil"));
        assert_false(config_excludes(&config, "sources"));
        assert_false(config_excludes(&config, ".git"));
}

static void exclude_means_exactly_the_name(void **state) {
        _cleanup_config_ Config config = {};

        (void) state;
        temp_tree_write_text("x.conf", "exclude old foo.ko\n");
        read_ok(&config, "x.conf", "6.1");
        assert_true(config_excludes(&config, "old"));
        assert_true(config_excludes(&config, "foo.ko"));
        assert_true(config_excludes(&config, "build"));
        assert_false(config_excludes(&config, "older"));
        assert_false(config_excludes(&config, "foo.ko.xz"));
        assert_false(config_excludes(&config, "OLD"));
}

static void configuration_can_be_cleared_twice(void **state) {
        Config config = {};

        (void) state;
        temp_tree_write_text("x.conf", "search a\noverride m * a\nexternal * /e\nexclude x\n");
        read_ok(&config, "x.conf", "6.1");
        config_done(&config);
        config_done(&config);
        assert_null(config.searches);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(without_files_updates_are_searched),
                TREE_TEST(files_are_parsed_in_the_order_of_their_names),
                TREE_TEST(masked_file_says_nothing),
                TREE_TEST(link_to_dev_null_is_an_empty_file),
                TREE_TEST(lines_hold_for_the_version_they_name),
                TREE_TEST(problem_of_a_line_names_the_file),
                TREE_TEST(file_of_many_pages_is_read_whole),
                TREE_TEST(pipe_given_by_path_is_read),
                TREE_TEST(endless_file_is_unreadable),
                TREE_TEST(file_that_cannot_be_opened_is_unreadable),
                TREE_TEST(failing_disk_is_not_the_files_problem),
                TREE_TEST(want_of_descriptors_is_not_the_files_problem),
                TREE_TEST(default_paths_have_the_order_of_kmod),
                TREE_TEST(build_and_source_are_always_excluded),
                TREE_TEST(exclude_means_exactly_the_name),
                TREE_TEST(configuration_can_be_cleared_twice),
        };

        return cmocka_run_group_tests_name("depmod-config", tests, NULL, NULL);
}
