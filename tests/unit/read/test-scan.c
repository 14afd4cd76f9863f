/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include "problem-text.h"
#include "temp-tree.h"
#include "test-case.h"

#define _cleanup_tree_ _cleanup_(tree_done)

static void write_files(const char *const *paths) {
        for (size_t i = 0; paths[i]; i++)
                temp_tree_write_text(paths[i], "");
}

#define FILES(...) write_files((const char *const[]){ __VA_ARGS__, NULL })

/* "name path" of each module, in the order in which they were met. */
static void assert_modules(const Tree *tree, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < tree->count; i++)
                buffer_append_format(&text, "%s%s %s\n",
                                     tree->modules[i].is_external ? "external " : "",
                                     tree_module_name(tree, i), tree_module_path(tree, i));
        assert_text(&text, expected);
}

static int scan(Tree *tree, const char *config_text, ProblemList *problems) {
        _cleanup_config_ Config config = {};

        assert_int_equal(config_init(&config), 0);
        assert_int_equal(
                config_parse(&config, "c.conf", config_text, strlen(config_text), "1.0", NULL), 0);
        return scan_tree(tree, &config, NULL, problems);
}

/* Scans the directory "m" of the working directory. */
static void check(const char *config_text, const char *expected, const char *problem_lines) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_tree_ Tree tree = {};

        assert_int_equal(tree_init(&tree, "m"), 0);
        assert_int_equal(scan(&tree, config_text, &problems), 0);
        assert_modules(&tree, expected);
        assert_problems(&problems, problem_lines);
}

static void names_of_module_files_are_told_from_others(void **state) {
        static const char *const modules[] = { "a.ko",     "a.ko.gz",   "a.ko.xz",
                                               "a.ko.zst", ".x.ko",     "a.b.ko",
                                               "..ko",     ".ko.gz.ko", "-.ko.xz" };
        static const char *const others[] = { "",       ".ko",      ".ko.gz",  ".ko.xz", ".ko.zst",
                                              "a.KO",   "a.ko.bz2", "a.ko.",   "a.kox",  "ako",
                                              "a.ko.z", "a.o",      "a.ko.gz~" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(modules); i++)
                assert_true(module_file_is_one(modules[i]));
        for (size_t i = 0; i < ELEMENTSOF(others); i++)
                assert_false(module_file_is_one(others[i]));
}

static void modules_are_found_at_every_depth(void **state) {
        (void) state;
        FILES("m/top.ko", "m/kernel/fs/a-b.ko.xz", "m/kernel/x.ko", "m/.hidden/h.ko",
              "m/modules.dep", "m/kernel/readme", "m/.ko");
        check("", "h .hidden/h.ko\na_b kernel/fs/a-b.ko.xz\nx kernel/x.ko\ntop top.ko\n", "");
}

static void directory_may_hold_no_modules(void **state) {
        (void) state;
        temp_tree_make_directory("m");
        check("", "", "");
}

static void name_is_that_of_the_file_up_to_the_first_dot(void **state) {
        (void) state;
        FILES("m/foo.bar.ko", "m/.hid.ko", "m/A-b_c.ko");
        check("", " .hid.ko\nA_b_c A-b_c.ko\nfoo foo.bar.ko\n", "");
}

static void build_and_source_and_excluded_names_are_passed_over(void **state) {
        (void) state;
        FILES("m/build/a.ko", "m/k/source/b.ko", "m/k/x/c.ko", "m/k/y.ko", "m/k/xx/d.ko");
        check("exclude x y.ko\n", "d k/xx/d.ko\n", "");
}

static void directory_that_ends_like_a_module_is_entered(void **state) {
        (void) state;
        FILES("m/x.ko/y.ko");
        check("", "y x.ko/y.ko\n", "");
}

static void links_are_followed_under_their_own_names(void **state) {
        (void) state;
        FILES("elsewhere/a.ko", "elsewhere/d/b.ko", "m/z.ko");
        temp_tree_link("../elsewhere/a.ko", "m/link.ko");
        temp_tree_link("../elsewhere/d", "m/dir");
        temp_tree_link("gone.ko", "m/dangling.ko");
        check("", "b dir/b.ko\nlink link.ko\nz z.ko\n", "entry-stat m/dangling.ko ENOENT\n");
}

static void directory_that_cannot_be_opened_is_an_error_and_a_problem(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        assert_int_equal(tree_init(&tree, "nowhere"), 0);
        assert_int_equal(scan(&tree, "", &problems), -ENOENT);
        assert_problems(&problems, "directory-unreadable nowhere ENOENT\n");
}

/* Dashes and endings do not tell modules apart. */
static void first_in_path_order_wins_among_equals(void **state) {
        (void) state;
        FILES("m/k/a-b.ko.xz", "m/k/a_b.ko", "m/l/a-b.ko");
        check("", "a_b k/a-b.ko.xz\n",
              "duplicate-module k/a_b.ko 'k/a-b.ko.xz' (path order)\n"
              "duplicate-module l/a-b.ko 'k/a-b.ko.xz' (path order)\n");
}

static void updates_win_without_configuration(void **state) {
        (void) state;
        FILES("m/kernel/a.ko", "m/updates/a.ko.gz", "m/zz/a.ko");
        check("", "a updates/a.ko.gz\n",
              "duplicate-module kernel/a.ko 'updates/a.ko.gz' (search updates)\n"
              "duplicate-module zz/a.ko 'updates/a.ko.gz' (search updates)\n");
}

static void winner_keeps_its_place_among_the_modules(void **state) {
        (void) state;
        FILES("m/k/a.ko", "m/k/b.ko", "m/updates/a.ko", "m/updates/c.ko");
        check("", "a updates/a.ko\nb k/b.ko\nc updates/c.ko\n",
              "duplicate-module k/a.ko 'updates/a.ko' (search updates)\n");
}

/* Cases of kmod's own test-suite (specification section 11). */
static void search_rules_decide_as_kmods_do(void **state) {
        (void) state;
        FILES("m/foo/mod-simple.ko", "m/foobar/mod-simple.ko", "m/override/mod-simple.ko");
        check("search foobar foo built-in\n", "mod_simple foobar/mod-simple.ko\n",
              "duplicate-module foo/mod-simple.ko 'foobar/mod-simple.ko' (search foobar)\n"
              "duplicate-module override/mod-simple.ko 'foobar/mod-simple.ko' (search foobar)\n");
        check("search foo built-in\noverride mod-simple 1.0 override\n",
              "mod_simple override/mod-simple.ko\n",
              "duplicate-module foobar/mod-simple.ko 'foo/mod-simple.ko' (search foo)\n"
              "duplicate-module foo/mod-simple.ko 'override/mod-simple.ko' (override "
              "override/mod-simple)\n");
        check("search built-in foo\n", "mod_simple foobar/mod-simple.ko\n",
              "duplicate-module foo/mod-simple.ko 'foobar/mod-simple.ko' (search built-in)\n"
              "duplicate-module override/mod-simple.ko 'foobar/mod-simple.ko' (path order)\n");
}

static void external_modules_have_absolute_paths(void **state) {
        _cleanup_free_ char *external = temp_tree_path("ext");
        _cleanup_buffer_ Buffer config = {}, expected = {};

        (void) state;
        FILES("m/a.ko", "ext/sub/b-c.ko");
        buffer_append_format(&config, "external * %s\n%c", external, '\0');
        buffer_append_format(&expected, "a a.ko\nexternal b_c %s/sub/b-c.ko\n%c", external, '\0');
        check(config.data, expected.data, "");
}

static void external_directories_compete_by_search_rules(void **state) {
        _cleanup_free_ char *external = temp_tree_path("ext");
        _cleanup_buffer_ Buffer first = {}, last = {}, expected = {}, problems = {};

        (void) state;
        FILES("m/foobar/a.ko", "ext/a.ko");
        buffer_append_format(&first, "external * %s\nsearch external foobar built-in\n%c", external,
                             '\0');
        buffer_append_format(&expected, "external a %s/a.ko\n%c", external, '\0');
        buffer_append_format(&problems,
                             "duplicate-module foobar/a.ko '%s/a.ko' (search external)\n%c",
                             external, '\0');
        check(first.data, expected.data, problems.data);

        buffer_append_format(&last, "external * %s\nsearch foobar built-in external\n%c", external,
                             '\0');
        buffer_clear(&problems);
        buffer_append_format(&problems,
                             "duplicate-module %s/a.ko 'foobar/a.ko' (search foobar)\n%c", external,
                             '\0');
        check(last.data, "a foobar/a.ko\n", problems.data);
}

/* They are walked from the last to the first, which shows where ranks are equal. */
static void last_external_directory_comes_first(void **state) {
        _cleanup_free_ char *one = temp_tree_path("e1"), *two = temp_tree_path("e2");
        _cleanup_buffer_ Buffer config = {}, expected = {}, problems = {};

        (void) state;
        temp_tree_make_directory("m");
        FILES("e1/a.ko", "e2/a.ko", "e2/b.ko");
        buffer_append_format(&config, "external * %s\nexternal * %s\nexternal * /nowhere\n%c", one,
                             two, '\0');
        buffer_append_format(&expected, "external a %s/a.ko\nexternal b %s/b.ko\n%c", two, two,
                             '\0');
        buffer_append_format(&problems,
                             "directory-unreadable /nowhere ENOENT\n"
                             "duplicate-module %s/a.ko '%s/a.ko' (path order)\n%c",
                             one, two, '\0');
        check(config.data, expected.data, problems.data);
}

static void external_directory_inside_of_the_tree_is_part_of_it(void **state) {
        _cleanup_free_ char *directory = temp_tree_path("m"), *inside = temp_tree_path("m/x");
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_buffer_ Buffer config = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        FILES("m/x/a.ko", "m/b.ko");
        buffer_append_format(&config, "external * %s\n%c", inside, '\0');
        assert_int_equal(tree_init(&tree, directory), 0);
        assert_int_equal(scan(&tree, config.data, &problems), 0);
        assert_modules(&tree, "b b.ko\na x/a.ko\n");
        assert_problems(&problems, "");
}

/* The tree itself can still be opened, the external directory below another one cannot. */
static void want_of_descriptors_is_not_the_external_directorys_problem(void **state) {
        _cleanup_free_ char *external = temp_tree_path("ext");
        _cleanup_buffer_ Buffer config = {};
        struct rlimit limit, few;
        _cleanup_tree_ Tree tree = {};
        int lowest = dup(0), r;

        (void) state;
        FILES("m/a.ko", "ext/deep/b.ko");
        buffer_append_format(&config, "external * %s\n%c", external, '\0');
        assert_int_equal(tree_init(&tree, "m"), 0);
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
        few = (struct rlimit){ .rlim_cur = (rlim_t) lowest + 1, .rlim_max = limit.rlim_max };
        assert_int_equal(close(lowest), 0);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        r = scan(&tree, config.data, NULL);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        assert_int_equal(r, -EMFILE);
}

static void named_files_are_added_by_their_absolute_paths(void **state) {
        static const char *const paths[] = { "/m/1.0/k/a-b.ko", "/m/1.0x/c.ko", "/m/1.0",
                                             "/tmp/d.txt", "/m/1.0/e.ko.xz" };
        _cleanup_tree_ Tree tree = {};

        (void) state;
        assert_int_equal(tree_init(&tree, "/m/1.0"), 0);
        for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
                size_t index = 99;

                assert_int_equal(scan_add_file(&tree, paths[i], &index), 0);
                assert_int_equal(index, i);
        }
        assert_modules(&tree, "a_b k/a-b.ko\nexternal c /m/1.0x/c.ko\nexternal 1 /m/1.0\n"
                              "external d /tmp/d.txt\ne e.ko.xz\n");
}

static void named_file_whose_name_is_taken_is_refused(void **state) {
        _cleanup_tree_ Tree tree = {};
        size_t index = 99;

        (void) state;
        assert_int_equal(tree_init(&tree, "/m/1.0"), 0);
        assert_int_equal(scan_add_file(&tree, "/m/1.0/x.ko", &index), 0);
        assert_int_equal(scan_add_file(&tree, "/m/1.0/k/a-b.ko", &index), 0);
        index = 99;
        assert_int_equal(scan_add_file(&tree, "/ext/a_b.ko.xz", &index), -EEXIST);
        assert_int_equal(index, 1);
        assert_int_equal(tree.count, 2);
}

static void named_file_may_not_have_an_endless_name(void **state) {
        char path[5000] = "/";
        _cleanup_tree_ Tree tree = {};
        size_t index;

        (void) state;
        memset(path + 1, 'x', sizeof(path) - 2);
        assert_int_equal(tree_init(&tree, "/m/1.0"), 0);
        assert_int_equal(scan_add_file(&tree, path, &index), -ENAMETOOLONG);
        assert_int_equal(tree.count, 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(names_of_module_files_are_told_from_others),
                TREE_TEST(modules_are_found_at_every_depth),
                TREE_TEST(directory_may_hold_no_modules),
                TREE_TEST(name_is_that_of_the_file_up_to_the_first_dot),
                TREE_TEST(build_and_source_and_excluded_names_are_passed_over),
                TREE_TEST(directory_that_ends_like_a_module_is_entered),
                TREE_TEST(links_are_followed_under_their_own_names),
                TREE_TEST(directory_that_cannot_be_opened_is_an_error_and_a_problem),
                TREE_TEST(first_in_path_order_wins_among_equals),
                TREE_TEST(updates_win_without_configuration),
                TREE_TEST(winner_keeps_its_place_among_the_modules),
                TREE_TEST(search_rules_decide_as_kmods_do),
                TREE_TEST(external_modules_have_absolute_paths),
                TREE_TEST(external_directories_compete_by_search_rules),
                TREE_TEST(last_external_directory_comes_first),
                TREE_TEST(external_directory_inside_of_the_tree_is_part_of_it),
                TREE_TEST(want_of_descriptors_is_not_the_external_directorys_problem),
                TREE_TEST(named_files_are_added_by_their_absolute_paths),
                TREE_TEST(named_file_whose_name_is_taken_is_refused),
                TREE_TEST(named_file_may_not_have_an_endless_name),
        };

        return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
