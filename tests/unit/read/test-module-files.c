/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-files.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scan.h"
#include "temp-tree.h"
#include "test-case.h"

#define CHANGED_MAX 8
#define PATH_SIZE 64

/* A tree, and all that is known of its files. */
typedef struct FilesCase {
        Tree tree;
        Config config;
        ModuleFiles known;
        char paths[CHANGED_MAX][PATH_SIZE];
        char *changed[CHANGED_MAX + 1];
        size_t n_changed;
} FilesCase;

static void files_case_done(FilesCase *test) {
        module_files_done(&test->known);
        tree_done(&test->tree);
        config_done(&test->config);
}

#define _cleanup_files_case_ _cleanup_(files_case_done)

static void walk(FilesCase *test, ModuleFiles *files) {
        _cleanup_problem_list_ ProblemList problems = {};

        assert_int_equal(module_files_walk(files, &test->tree, &test->config, NULL, &problems), 0);
}

static void files_case_init(FilesCase *test, const char *config) {
        assert_int_equal(tree_init(&test->tree, "m"), 0);
        assert_int_equal(config_init(&test->config), 0);
        assert_int_equal(config_parse(&test->config, "c.conf", config, strlen(config), "1.0", NULL),
                         0);
        walk(test, &test->known);
}

static void add_changed(FilesCase *test, const char *path) {
        assert_true(test->n_changed < CHANGED_MAX);
        (void) snprintf(test->paths[test->n_changed], PATH_SIZE, "%s", path);
        test->changed[test->n_changed] = test->paths[test->n_changed];
        test->changed[++test->n_changed] = NULL;
}

static void assert_same(const FilesCase *test, const ModuleFiles *a, const ModuleFiles *b) {
        for (size_t i = 0; i < a->count && i < b->count; i++) {
                assert_string_equal(tree_string(&test->tree, a->items[i].path),
                                    tree_string(&test->tree, b->items[i].path));
                assert_int_equal(a->items[i].name, b->items[i].name);
                assert_int_equal(a->items[i].is_external, b->items[i].is_external);
                assert_int_equal(a->items[i].is_link, b->items[i].is_link);
        }
        assert_int_equal(a->count, b->count);
}

/* 1: an update says just what a walk says, which is what is known from now on; 0: it cannot tell.
 */
static int update(FilesCase *test) {
        _cleanup_module_files_ ModuleFiles updated = {}, walked = {};
        int r = module_files_update(&updated, &test->tree, &test->config, &test->known,
                                    test->changed);

        assert_in_range(r, 0, 1);
        walk(test, &walked);
        if (r > 0) {
                assert_same(test, &updated, &walked);
                assert_false(updated.needs_walk);
        } else
                assert_int_equal(updated.count, 0);

        module_files_done(&test->known);
        test->known = walked;
        walked = (ModuleFiles){};
        test->n_changed = 0;
        test->changed[0] = NULL;
        return r;
}

static int update_after(FilesCase *test, const char *path) {
        add_changed(test, path);
        return update(test);
}

static unsigned pick(unsigned *seed, unsigned n) {
        *seed = *seed * 1103515245 + 12345;
        return (*seed >> 16) % n;
}

/* Directories and files whose names sort before and behind a slash; of few module names. */
static void pick_path(unsigned *seed, char *path, size_t size) {
        static const char *const directories[] = {
                "", "a/", "a-b/", "a/b/", "a.b/", "a0/", "a/b-/"
        };
        static const char *const names[] = { "x", "x-", "a", "a-b", "a.", "b", "\xc3\xa4" };
        static const char *const endings[] = { ".ko", ".ko.xz" };

        (void) snprintf(path, size, "%s%s%s", directories[pick(seed, ELEMENTSOF(directories))],
                        names[pick(seed, ELEMENTSOF(names))],
                        endings[pick(seed, ELEMENTSOF(endings))]);
}

static void make_directories(void) {
        temp_tree_make_directory("m/a/b");
        temp_tree_make_directory("m/a/b-");
        temp_tree_make_directory("m/a-b");
        temp_tree_make_directory("m/a.b");
        temp_tree_make_directory("m/a0");
        temp_tree_write_text("out/target.ko", "");
}

static void clear(const char *path) {
        if (unlink(path) < 0)
                (void) rmdir(path);
}

/* Mostly files come and go; `is_odd`: also links and directories that have names of modules. */
static void edit(FilesCase *test, unsigned *seed, bool is_odd) {
        char path[PATH_SIZE], full[PATH_SIZE + 2], other[PATH_SIZE], full_other[PATH_SIZE + 2];

        pick_path(seed, path, sizeof(path));
        (void) snprintf(full, sizeof(full), "m/%s", path);
        add_changed(test, path);
        switch (pick(seed, is_odd ? 8 : 5)) {
        case 0:
        case 1:
                clear(full);
                break;
        case 2:
                pick_path(seed, other, sizeof(other));
                (void) snprintf(full_other, sizeof(full_other), "m/%s", other);
                (void) rename(full, full_other);
                add_changed(test, other);
                break;
        case 5:
                clear(full);
                temp_tree_link(pick(seed, 2) ? "/nowhere" : "/dev/null", full);
                break;
        case 6:
                clear(full);
                (void) mkdir(full, 0755);
                break;
        case 7:
                clear(full);
                (void) link("out/target.ko", full);
                break;
        default:
                clear(full);
                temp_tree_write_text(full, "new");
        }
}

static unsigned check_edits(unsigned seed, const char *config, bool is_odd) {
        _cleanup_files_case_ FilesCase test = {};
        unsigned n_updated = 0;

        files_case_init(&test, config);
        for (unsigned round = 0; round < 300; round++) {
                for (unsigned i = pick(&seed, 4); i > 0; i--)
                        edit(&test, &seed, is_odd && pick(&seed, 4) == 0);
                n_updated += (unsigned) update(&test);
        }

        return n_updated;
}

static void update_says_what_a_walk_says(void **state) {
        (void) state;
        make_directories();
        for (unsigned seed = 1; seed <= 3; seed++)
                assert_int_equal(check_edits(seed, "", false), 300);
        assert_int_equal(check_edits(4, "exclude a-b\nexclude x.ko\n", false), 300);
}

static void update_says_what_a_walk_says_or_nothing_among_odd_files(void **state) {
        (void) state;
        make_directories();
        for (unsigned seed = 1; seed <= 3; seed++)
                (void) check_edits(seed, "", true);
}

static void files_of_a_directory_stand_where_its_name_does(void **state) {
        _cleanup_files_case_ FilesCase test = {};

        (void) state;
        temp_tree_write_text("m/a-b/x.ko", "");
        temp_tree_write_text("m/b.ko", "");
        temp_tree_make_directory("m/a");
        files_case_init(&test, "");
        temp_tree_write_text("m/a/x.ko", "");
        assert_int_equal(update_after(&test, "a/x.ko"), 1);
        assert_int_equal(test.known.count, 3);
        assert_string_equal(tree_string(&test.tree, test.known.items[0].path), "a/x.ko");
        assert_string_equal(tree_string(&test.tree, test.known.items[1].path), "a-b/x.ko");
}

static void external_files_stay_behind_all_others(void **state) {
        _cleanup_files_case_ FilesCase test = {};

        (void) state;
        temp_tree_write_text("0ext/x.ko", "");
        temp_tree_write_text("m/b.ko", "");
        files_case_init(&test, "external 1.0 0ext\n");
        assert_true(test.known.items[1].is_external);
        temp_tree_write_text("m/z.ko", "");
        assert_int_equal(update_after(&test, "z.ko"), 1);
        assert_int_equal(unlink("m/b.ko"), 0);
        assert_int_equal(update_after(&test, "b.ko"), 1);
        assert_int_equal(test.known.count, 2);
}

/* There are two ways to what is in it, or one that is excluded on the other. */
static void external_directory_inside_needs_a_walk(void **state) {
        static const char *const directories[] = { "m/updates", "m/build/made" };

        (void) state;
        temp_tree_write_text("m/b.ko", "");
        for (size_t i = 0; i < ELEMENTSOF(directories); i++) {
                _cleanup_files_case_ FilesCase test = {};
                char config[64], path[64];

                (void) snprintf(config, sizeof(config), "external 1.0 %s\n", directories[i]);
                (void) snprintf(path, sizeof(path), "%s/x.ko", directories[i]);
                temp_tree_make_directory(directories[i]);
                files_case_init(&test, config);
                temp_tree_write_text(path, "");
                assert_int_equal(update_after(&test, path + 2), 0);
                assert_int_equal(unlink(path), 0);
                assert_int_equal(update_after(&test, path + 2), 0);
                assert_int_equal(test.known.count, 1);
        }
}

static void links_need_a_walk(void **state) {
        _cleanup_files_case_ FilesCase test = {};

        (void) state;
        temp_tree_write_text("out.ko", "");
        temp_tree_write_text("m/x.ko", "");
        files_case_init(&test, "");
        temp_tree_link("../out.ko", "m/y.ko");
        assert_int_equal(update_after(&test, "y.ko"), 0);
        assert_true(test.known.items[1].is_link);
        /* A file takes the place of a link. */
        assert_int_equal(unlink("m/y.ko"), 0);
        temp_tree_write_text("m/y.ko", "");
        assert_int_equal(update_after(&test, "y.ko"), 0);
        assert_false(test.known.items[1].is_link);
        assert_int_equal(update_after(&test, "y.ko"), 1);
}

static void other_names_of_a_file_need_a_walk(void **state) {
        _cleanup_files_case_ FilesCase test = {};

        (void) state;
        temp_tree_make_directory("m/k");
        temp_tree_write_text("m/x.ko", "");
        files_case_init(&test, "");
        assert_int_equal(link("m/x.ko", "m/k/y.ko"), 0);
        assert_int_equal(update_after(&test, "k/y.ko"), 0);
        assert_int_equal(update_after(&test, "x.ko"), 0);
        assert_int_equal(unlink("m/x.ko"), 0);
        assert_int_equal(update_after(&test, "x.ko"), 1);
}

/* What was no module may have become one without an event of its own. */
static void problems_need_a_walk(void **state) {
        _cleanup_files_case_ FilesCase test = {};

        (void) state;
        temp_tree_write_text("m/x.ko", "");
        temp_tree_link("gone.ko", "m/dangling.ko");
        files_case_init(&test, "");
        assert_true(test.known.needs_walk);
        assert_int_equal(update_after(&test, "x.ko"), 0);
        assert_int_equal(unlink("m/dangling.ko"), 0);
        assert_int_equal(update_after(&test, "dangling.ko"), 0);
        assert_int_equal(update_after(&test, "x.ko"), 1);
}

static void directory_that_is_gone_is_an_error(void **state) {
        _cleanup_files_case_ FilesCase test = {};
        _cleanup_module_files_ ModuleFiles updated = {};

        (void) state;
        temp_tree_make_directory("m");
        files_case_init(&test, "");
        assert_int_equal(rmdir("m"), 0);
        assert_int_equal(
                module_files_update(&updated, &test.tree, &test.config, &test.known, test.changed),
                -ENOENT);
}

static void assert_chosen(FilesCase *test, const ModuleFiles *files) {
        _cleanup_(tree_done) Tree chosen = {}, scanned = {};

        assert_int_equal(tree_init(&chosen, "m"), 0);
        tree_set_strings(&chosen, test->tree.strings);
        assert_int_equal(scan_choose(&chosen, files, &test->config, NULL), 0);
        assert_int_equal(tree_init(&scanned, "m"), 0);
        assert_int_equal(scan_tree(&scanned, &test->config, NULL, NULL), 0);
        assert_int_equal(chosen.count, scanned.count);
        for (size_t i = 0; i < chosen.count; i++) {
                assert_string_equal(tree_module_name(&chosen, i), tree_module_name(&scanned, i));
                assert_string_equal(tree_module_path(&chosen, i), tree_module_path(&scanned, i));
        }
}

/* The one that had lost is known, and takes the place of the one that goes. */
static void loser_wins_when_the_winner_goes(void **state) {
        _cleanup_files_case_ FilesCase test = {};

        (void) state;
        temp_tree_write_text("m/a/x.ko", "");
        temp_tree_write_text("m/updates/x.ko", "");
        files_case_init(&test, "search updates built-in\n");
        assert_int_equal(test.known.count, 2);
        assert_chosen(&test, &test.known);
        assert_int_equal(unlink("m/updates/x.ko"), 0);
        assert_int_equal(update_after(&test, "updates/x.ko"), 1);
        assert_int_equal(test.known.count, 1);
        assert_chosen(&test, &test.known);
        temp_tree_write_text("m/updates/x.ko", "");
        assert_int_equal(update_after(&test, "updates/x.ko"), 1);
        assert_chosen(&test, &test.known);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(update_says_what_a_walk_says),
                TREE_TEST(update_says_what_a_walk_says_or_nothing_among_odd_files),
                TREE_TEST(files_of_a_directory_stand_where_its_name_does),
                TREE_TEST(external_files_stay_behind_all_others),
                TREE_TEST(external_directory_inside_needs_a_walk),
                TREE_TEST(links_need_a_walk),
                TREE_TEST(other_names_of_a_file_need_a_walk),
                TREE_TEST(problems_need_a_walk),
                TREE_TEST(directory_that_is_gone_is_an_error),
                TREE_TEST(loser_wins_when_the_winner_goes),
        };

        return cmocka_run_group_tests_name("module-files", tests, NULL, NULL);
}
