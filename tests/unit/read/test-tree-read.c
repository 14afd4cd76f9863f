/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree-read.h"

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "module-file.h"
#include "problem-text.h"
#include "scan.h"
#include "temp-tree.h"
#include "test-case.h"

#define _cleanup_tree_ _cleanup_(tree_done)

/* A tree of the working directory's "m" with these files in this order. */
static void tree_of(Tree *tree, const char *const *paths) {
        _cleanup_free_ char *directory = temp_tree_path("m");

        assert_int_equal(tree_init(tree, directory), 0);
        for (size_t i = 0; paths[i]; i++) {
                _cleanup_free_ char *path = temp_tree_path(paths[i]);
                size_t index;

                assert_int_equal(scan_add_file(tree, path, &index), 0);
        }
}

#define PATHS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void assert_module(const Tree *tree, size_t index, const char *expected) {
        const Module *module = &tree->modules[index];
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < module->n_exports; i++)
                buffer_append_format(&text, "+%s ",
                                     tree_string(tree, module_exports(module)[i].name));
        for (size_t i = 0; i < module->n_imports; i++)
                buffer_append_format(&text, "-%s ",
                                     tree_string(tree, module_imports(module)[i].name));
        for (size_t i = 0; i < module->n_aliases; i++)
                buffer_append_format(&text, "a:%s ", tree_string(tree, module_aliases(module)[i]));
        for (size_t i = 0; i < module->n_softdeps; i++)
                buffer_append_format(&text, "s:%s ", tree_string(tree, module_softdeps(module)[i]));
        for (size_t i = 0; i < module->n_weakdeps; i++)
                buffer_append_format(&text, "w:%s ", tree_string(tree, module_weakdeps(module)[i]));
        if (module->vermagic != STRING_NONE)
                buffer_append_format(&text, "v:%s ", tree_string(tree, module->vermagic));
        assert_text(&text, expected);
}

/* Strings get other ids in each worker's table and in the tree's. */
static void strings_are_the_trees_whichever_worker_read_them(void **state) {
        (void) state;
        module_file_write("m/a.ko", "export x 1\nneed y\ninfo alias=one\ninfo vermagic=1.0\n");
        module_file_write("m/b.ko", "export y 1\nneed one\ninfo softdep=x\ninfo weakdep=y\n");
        module_file_write("m/c.ko", "need x\nneed a\ninfo alias=b\ninfo vermagic=1.0\n");
        for (unsigned n_workers = 1; n_workers <= 4; n_workers++) {
                _cleanup_problem_list_ ProblemList problems = {};
                _cleanup_tree_ Tree tree = {};
                const char *path = "untouched";

                tree_of(&tree, PATHS("m/c.ko", "m/a.ko", "m/b.ko"));
                assert_int_equal(tree_read(&tree, &(TreeReading){ .n_workers = n_workers },
                                           &problems, &path),
                                 0);
                assert_null(path);
                assert_problems(&problems, "");
                assert_module(&tree, 0, "-x -a a:b v:1.0 ");
                assert_module(&tree, 1, "+x -y a:one v:1.0 ");
                assert_module(&tree, 2, "+y -one s:x w:y ");
                assert_int_equal(tree.modules[1].vermagic, tree.modules[0].vermagic);
                assert_int_equal(module_imports(&tree.modules[0])[1].name, tree.modules[1].name);
        }
}

static void many_modules_are_read(void **state) {
        _cleanup_free_ char *directory = temp_tree_path("m");
        _cleanup_tree_ Tree tree = {};
        const char *path;

        (void) state;
        assert_int_equal(tree_init(&tree, directory), 0);
        for (size_t i = 0; i < 200; i++) {
                char name[64], script[64], absolute[256];
                size_t index;

                (void) snprintf(name, sizeof(name), "m/m%zu.ko", i);
                (void) snprintf(script, sizeof(script), "export s%zu 1\nneed s%zu\n", i, i / 2);
                (void) snprintf(absolute, sizeof(absolute), "%s/m%zu.ko", directory, i);
                module_file_write(name, script);
                assert_int_equal(scan_add_file(&tree, absolute, &index), 0);
        }
        assert_int_equal(tree_read(&tree, &(TreeReading){ .n_workers = 8 }, NULL, &path), 0);
        for (size_t i = 0; i < 200; i++) {
                char expected[64];

                (void) snprintf(expected, sizeof(expected), "+s%zu -s%zu ", i, i / 2);
                assert_module(&tree, i, expected);
        }
}

static void tree_may_be_empty(void **state) {
        _cleanup_tree_ Tree tree = {};
        const char *path;

        (void) state;
        temp_tree_make_directory("m");
        tree_of(&tree, PATHS(NULL));
        assert_int_equal(tree_read(&tree, &(TreeReading){ .n_workers = 4 }, NULL, &path), 0);
}

static void external_module_is_read_by_its_absolute_path(void **state) {
        _cleanup_tree_ Tree tree = {};
        const char *path;

        (void) state;
        temp_tree_make_directory("m");
        module_file_write("ext/a.ko", "export x 1\n");
        tree_of(&tree, PATHS("ext/a.ko"));
        assert_true(tree.modules[0].is_external);
        assert_int_equal(tree_read(&tree, &(TreeReading){ .n_workers = 1 }, NULL, &path), 0);
        assert_module(&tree, 0, "+x ");
}

static const uint8_t bad_xz[] = { 0xfd, '7', 'z', 'X', 'Z', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };

static void unreadable_modules_are_problems_in_the_order_of_the_modules(void **state) {
        (void) state;
        module_file_write("m/k/good.ko", "export x 1\n");
        temp_tree_write_text("m/k/text.ko", "this is no module");
        temp_tree_write("m/packed.ko.xz", bad_xz, sizeof(bad_xz));
        temp_tree_write_text("m/short.ko", "123");
        for (unsigned n_workers = 1; n_workers <= 3; n_workers++) {
                _cleanup_free_ char *directory = temp_tree_path("m");
                _cleanup_problem_list_ ProblemList problems = {};
                _cleanup_buffer_ Buffer expected = {};
                _cleanup_tree_ Tree tree = {};
                const char *path;

                tree_of(&tree, PATHS("m/short.ko", "m/k/text.ko", "m/k/good.ko", "m/packed.ko.xz",
                                     "m/gone.ko"));
                assert_int_equal(tree_read(&tree, &(TreeReading){ .n_workers = n_workers },
                                           &problems, &path),
                                 0);
                buffer_append_format(&expected,
                                     "unreadable %s/short.ko EINVAL\n"
                                     "unreadable %s/k/text.ko ENOEXEC\n"
                                     "bad-compression %s/packed.ko.xz (xz: File is corrupt)\n"
                                     "unreadable %s/packed.ko.xz EINVAL\n"
                                     "unreadable %s/gone.ko ENOENT\n%c",
                                     directory, directory, directory, directory, directory, '\0');
                assert_problems(&problems, expected.data);
                assert_int_equal(tree.count, 5);
                assert_module(&tree, 2, "+x ");
                assert_module(&tree, 3, "");
        }
}

static void directory_that_is_gone_is_an_error_about_no_file(void **state) {
        _cleanup_tree_ Tree tree = {};
        const char *path = "untouched";

        (void) state;
        tree_of(&tree, PATHS("m/a.ko"));
        assert_int_equal(tree_read(&tree, &(TreeReading){ .n_workers = 2 }, NULL, &path), -ENOENT);
        assert_null(path);
}

static void want_of_descriptors_is_an_error_about_a_file(void **state) {
        _cleanup_problem_list_ ProblemList problems = {};
        struct rlimit limit, few;
        _cleanup_tree_ Tree tree = {};
        const char *path = NULL;
        int next = dup(0), r;

        (void) state;
        module_file_write("m/a.ko", "export x 1\n");
        module_file_write("m/b.ko", "export y 1\n");
        tree_of(&tree, PATHS("m/a.ko", "m/b.ko"));
        assert_int_equal(close(next), 0);

        /* enough for the directory alone */
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
        few = (struct rlimit){ .rlim_cur = (rlim_t) next + 1, .rlim_max = limit.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        r = tree_read(&tree, &(TreeReading){ .n_workers = 1 }, &problems, &path);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);

        assert_int_equal(r, -EMFILE);
        assert_string_equal(path, "a.ko");
        assert_problems(&problems, "");
}

static void cancelled_reading_ends_and_no_file_is_to_blame(void **state) {
        for (unsigned n_workers = 1; n_workers <= 3; n_workers++) {
                _cleanup_problem_list_ ProblemList problems = {};
                const char *path = "untouched";
                _cleanup_tree_ Tree tree = {};
                atomic_bool is_cancelled = true;

                (void) state;
                module_file_write("m/a.ko", "export x 1\n");
                module_file_write("m/b.ko", "need x\n");
                tree_of(&tree, PATHS("m/a.ko", "m/b.ko"));
                assert_int_equal(tree_read(&tree,
                                           &(TreeReading){ .n_workers = n_workers,
                                                           .is_cancelled = &is_cancelled },
                                           &problems, &path),
                                 -ECANCELED);
                assert_false(tree.modules[0].is_read);
                assert_problems(&problems, "");
        }
}

static void modules_that_were_read_before_are_left_as_they_are(void **state) {
        _cleanup_tree_ Tree tree = {};
        atomic_bool is_cancelled = false;
        const char *path = NULL;

        (void) state;
        module_file_write("m/a.ko", "export x 1\n");
        module_file_write("m/b.ko", "need x\n");
        tree_of(&tree, PATHS("m/a.ko", "m/b.ko"));
        tree.modules[0].is_read = true;
        assert_int_equal(tree_read(&tree,
                                   &(TreeReading){ .n_workers = 1, .is_cancelled = &is_cancelled },
                                   NULL, &path),
                         0);
        assert_module(&tree, 0, "");
        assert_module(&tree, 1, "-x ");
        assert_true(tree.modules[1].is_read);
        assert_true(tree.modules[1].key.inode != 0);
        assert_true(tree.modules[1].is_racy);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(strings_are_the_trees_whichever_worker_read_them),
                TREE_TEST(many_modules_are_read),
                TREE_TEST(tree_may_be_empty),
                TREE_TEST(external_module_is_read_by_its_absolute_path),
                TREE_TEST(unreadable_modules_are_problems_in_the_order_of_the_modules),
                TREE_TEST(directory_that_is_gone_is_an_error_about_no_file),
                TREE_TEST(want_of_descriptors_is_an_error_about_a_file),
                TREE_TEST(cancelled_reading_ends_and_no_file_is_to_blame),
                TREE_TEST(modules_that_were_read_before_are_left_as_they_are),
        };

        return cmocka_run_group_tests_name("tree-read", tests, NULL, NULL);
}
