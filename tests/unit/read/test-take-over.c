/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "take-over.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "module-file.h"
#include "problem-text.h"
#include "scan.h"
#include "temp-tree.h"
#include "test-case.h"
#include "tree-read.h"

#define _cleanup_tree_ _cleanup_(tree_done)

static void make_modules(void) {
        module_file_write("m/a.ko", "export one 1\ninfo alias=pci:a\ninfo vermagic=1.0\n");
        module_file_write("m/k/b.ko", "need one\nweak two\ninfo softdep=pre: a\n");
        module_file_write("m/k/empty.ko", "");
        temp_tree_write_text("m/k/garbage.ko", "no module");
        /* What was written just now proves nothing. */
        (void) nanosleep(&(struct timespec){ .tv_nsec = 120000000 }, NULL);
}

static void scan(Tree *tree) {
        _cleanup_config_ Config config = {};

        assert_int_equal(config_init(&config), 0);
        assert_int_equal(scan_tree(tree, &config, NULL, NULL), 0);
}

static void read_rest(Tree *tree, ProblemList *problems) {
        const char *path;

        assert_int_equal(tree_read(tree, &(TreeReading){ .n_workers = 2 }, problems, &path), 0);
}

static void tree_of_files(Tree *tree) {
        assert_int_equal(tree_init(tree, "m"), 0);
        scan(tree);
        read_rest(tree, NULL);
}

/* What has been taken over, and not yet what has to be read. */
static void take_over(Tree *tree, const Tree *known) {
        assert_int_equal(tree_init(tree, "m"), 0);
        tree_set_strings(tree, known->strings);
        scan(tree);
        assert_int_equal(tree_take_over(tree, known, NULL, NULL, 2), 0);
}

static void assert_known(const Tree *tree, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < tree->count; i++) {
                assert_int_equal(tree->modules[i].is_read, tree->modules[i].is_known);
                if (tree->modules[i].is_known)
                        buffer_append_format(&text, "%s ", tree_module_name(tree, i));
        }
        assert_text(&text, expected);
}

static void describe(const Tree *tree, Buffer *text) {
        for (size_t i = 0; i < tree->count; i++) {
                const Module *module = &tree->modules[i];

                buffer_append_format(text, "%s error %d:", tree_module_path(tree, i),
                                     module->error);
                for (size_t k = 0; k < module->n_exports; k++)
                        buffer_append_format(text, " +%s=%x",
                                             tree_string(tree, module_exports(module)[k].name),
                                             module_exports(module)[k].crc);
                for (size_t k = 0; k < module->n_imports; k++)
                        buffer_append_format(text, " -%s%s",
                                             tree_string(tree, module_imports(module)[k].name),
                                             module_imports(module)[k].is_weak ? "?" : "");
                for (size_t k = 0; k < module->n_aliases; k++)
                        buffer_append_format(text, " a:%s",
                                             tree_string(tree, module_aliases(module)[k]));
                for (size_t k = 0; k < module->n_softdeps; k++)
                        buffer_append_format(text, " s:%s",
                                             tree_string(tree, module_softdeps(module)[k]));
                if (module->vermagic != STRING_NONE)
                        buffer_append_format(text, " v:%s", tree_string(tree, module->vermagic));
                buffer_append_byte(text, '\n');
        }
        buffer_append_byte(text, '\0');
        assert_int_equal(buffer_error(text), 0);
}

/* The rest is read; then it says what one that knows nothing says. */
static void assert_as_from_nothing(Tree *tree) {
        _cleanup_buffer_ Buffer text = {}, expected = {};
        _cleanup_tree_ Tree fresh = {};

        read_rest(tree, NULL);
        tree_of_files(&fresh);
        describe(tree, &text);
        describe(&fresh, &expected);
        assert_string_equal(text.data, expected.data);
}

static void unchanged_files_are_not_read_again(void **state) {
        _cleanup_tree_ Tree known = {}, tree = {};

        (void) state;
        make_modules();
        tree_of_files(&known);
        take_over(&tree, &known);
        assert_known(&tree, "a b empty garbage ");
        assert_as_from_nothing(&tree);
}

/* Nothing of it may depend on the life of what was known. */
static void what_was_known_may_go(void **state) {
        _cleanup_tree_ Tree known = {}, tree = {};

        (void) state;
        make_modules();
        tree_of_files(&known);
        take_over(&tree, &known);
        tree_done(&known);
        assert_as_from_nothing(&tree);
}

/* If the file were read, the record would say something else. */
static void record_is_believed_and_not_the_file(void **state) {
        _cleanup_tree_ Tree known = {}, tree = {};

        (void) state;
        make_modules();
        tree_of_files(&known);
        module_exports(&known.modules[0])[0].crc = 0x99;
        take_over(&tree, &known);
        read_rest(&tree, NULL);
        assert_int_equal(module_exports(&tree.modules[0])[0].crc, 0x99);
}

static void grow(void) {
        module_file_write("m/a.ko", "export one 1\nexport other 2\n");
}

static void touch(void) {
        const struct timespec times[] = { { .tv_sec = 5 }, { .tv_sec = 5 } };

        assert_int_equal(utimensat(AT_FDCWD, "m/a.ko", times, 0), 0);
}

static void replace(void) {
        module_file_write("new", "export one 1\ninfo alias=pci:a\ninfo vermagic=1.0\n");
        assert_int_equal(rename("new", "m/a.ko"), 0);
}

/* With size and modification time as they were: an unpacker does that. */
static void write_in_place(void) {
        struct timespec times[2];
        struct stat st;

        assert_int_equal(stat("m/a.ko", &st), 0);
        times[0] = st.st_atim;
        times[1] = st.st_mtim;
        module_file_write("m/a.ko", "export two 1\ninfo alias=pci:b\ninfo vermagic=1.1\n");
        assert_int_equal(utimensat(AT_FDCWD, "m/a.ko", times, 0), 0);
}

static void changed_files_are_read_again(void **state) {
        static void (*const changes[])(void) = { grow, touch, replace, write_in_place };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(changes); i++) {
                _cleanup_tree_ Tree known = {}, tree = {};

                make_modules();
                tree_of_files(&known);
                changes[i]();
                take_over(&tree, &known);
                assert_known(&tree, "b empty garbage ");
                assert_as_from_nothing(&tree);
        }
}

static void racy_file_is_read_again(void **state) {
        _cleanup_tree_ Tree known = {}, tree = {};

        (void) state;
        make_modules();
        touch();
        tree_of_files(&known);
        assert_true(known.modules[0].is_racy);
        take_over(&tree, &known);
        assert_known(&tree, "b empty garbage ");
        read_rest(&tree, NULL);
        assert_false(tree.modules[0].is_known);
}

/* The others are not even looked at; an unknown path is none of theirs. */
static void only_changed_files_are_looked_at(void **state) {
        char *const changed[] = { "k/b.ko", "k/empty.ko", "k/unknown.ko", NULL };
        char *const nothing[] = { NULL };
        _cleanup_tree_ Tree known = {}, tree = {}, other = {};

        (void) state;
        make_modules();
        tree_of_files(&known);
        grow();
        module_file_write("m/k/b.ko", "need other\n");
        assert_int_equal(tree_init(&tree, "m"), 0);
        tree_set_strings(&tree, known.strings);
        scan(&tree);
        assert_int_equal(tree_take_over(&tree, &known, changed, NULL, 2), 0);
        assert_known(&tree, "a empty garbage ");

        assert_int_equal(tree_init(&other, "m"), 0);
        tree_set_strings(&other, known.strings);
        scan(&other);
        assert_int_equal(tree_take_over(&other, &known, nothing, NULL, 2), 0);
        assert_known(&other, "a b empty garbage ");
}

/* What proves nothing is read again, though nobody says that it has changed. */
static void racy_file_is_read_again_without_a_change(void **state) {
        char *const nothing[] = { NULL };
        _cleanup_tree_ Tree known = {}, tree = {};

        (void) state;
        make_modules();
        touch();
        tree_of_files(&known);
        assert_int_equal(tree_init(&tree, "m"), 0);
        tree_set_strings(&tree, known.strings);
        scan(&tree);
        assert_int_equal(tree_take_over(&tree, &known, nothing, NULL, 2), 0);
        assert_known(&tree, "b empty garbage ");
}

static void file_that_was_not_read_is_read(void **state) {
        _cleanup_tree_ Tree known = {}, tree = {};

        (void) state;
        make_modules();
        tree_of_files(&known);
        known.modules[1].is_read = false;
        take_over(&tree, &known);
        assert_known(&tree, "a empty garbage ");
}

static void modules_may_come_and_go_and_move(void **state) {
        _cleanup_tree_ Tree known = {}, tree = {};

        (void) state;
        make_modules();
        tree_of_files(&known);
        assert_int_equal(unlink("m/k/empty.ko"), 0);
        assert_int_equal(rename("m/k/garbage.ko", "m/k/moved.ko"), 0);
        module_file_write("m/0.ko", "need one\n");
        take_over(&tree, &known);
        assert_known(&tree, "a b ");
        assert_as_from_nothing(&tree);
}

static void problem_of_a_known_module_is_told_again(void **state) {
        _cleanup_problem_list_ ProblemList first = {}, again = {};
        _cleanup_tree_ Tree known = {}, tree = {};

        (void) state;
        make_modules();
        assert_int_equal(tree_init(&known, "m"), 0);
        scan(&known);
        read_rest(&known, &first);
        take_over(&tree, &known);
        read_rest(&tree, &again);
        assert_int_equal(first.count, 1);
        assert_true(problem_list_is_equal(&first, &again));
}

/* Strings of modules that are gone are left behind: all get other ids. */
static void records_may_move_to_another_table(void **state) {
        _cleanup_tree_ Tree known = {}, tree = {};
        uint32_t n_strings;
        StringId id;

        (void) state;
        make_modules();
        tree_of_files(&known);
        n_strings = string_table_count(known.strings);
        assert_int_equal(string_table_intern(known.strings, "gone", 4, &id), 0);

        assert_int_equal(tree_init(&tree, "m"), 0);
        scan(&tree);
        assert_int_equal(tree_take_over(&tree, &known, NULL, NULL, 2), 0);
        assert_known(&tree, "a b empty garbage ");
        assert_int_equal(string_table_count(tree.strings), n_strings);
        assert_int_equal(string_table_find(tree.strings, "gone", 4), STRING_NONE);
        assert_as_from_nothing(&tree);
        assert_as_from_nothing(&known);
}

/* A change between both looks shows which of them was believed. */
static void files_are_looked_at_ahead_of_time(void **state) {
        _cleanup_(known_looks_done) KnownLooks looks = {};
        _cleanup_tree_ Tree known = {}, tree = {};
        atomic_bool is_enough = true;

        (void) state;
        make_modules();
        tree_of_files(&known);
        known_looks_go_on(&looks, &known, &is_enough);
        assert_int_equal(looks.next, 0);

        is_enough = false;
        grow();
        assert_int_equal(unlink("m/k/empty.ko"), 0);
        known_looks_go_on(&looks, &known, &is_enough);
        assert_int_equal(looks.next, 4);
        module_file_write("m/k/empty.ko", "");
        module_file_write("m/k/b.ko", "need other\n");

        assert_int_equal(tree_init(&tree, "m"), 0);
        tree_set_strings(&tree, known.strings);
        scan(&tree);
        assert_int_equal(tree_take_over(&tree, &known, NULL, &looks, 2), 0);
        assert_known(&tree, "b garbage ");
}

static void files_that_were_not_looked_at_ahead_are_looked_at(void **state) {
        _cleanup_tree_ Tree known = {}, tree = {};
        bool is_same[] = { true, true, true, true };
        KnownLooks looks = { .is_same = is_same, .next = 0 };

        (void) state;
        make_modules();
        tree_of_files(&known);
        grow();
        assert_int_equal(tree_init(&tree, "m"), 0);
        tree_set_strings(&tree, known.strings);
        scan(&tree);
        assert_int_equal(tree_take_over(&tree, &known, NULL, &looks, 2), 0);
        assert_known(&tree, "b empty garbage ");
}

static void without_the_directory_it_fails(void **state) {
        _cleanup_tree_ Tree known = {}, tree = {};

        (void) state;
        make_modules();
        tree_of_files(&known);
        assert_int_equal(tree_init(&tree, "nowhere"), 0);
        assert_int_equal(tree_take_over(&tree, &known, NULL, NULL, 2), -ENOENT);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(unchanged_files_are_not_read_again),
                TREE_TEST(what_was_known_may_go),
                TREE_TEST(record_is_believed_and_not_the_file),
                TREE_TEST(changed_files_are_read_again),
                TREE_TEST(racy_file_is_read_again),
                TREE_TEST(only_changed_files_are_looked_at),
                TREE_TEST(racy_file_is_read_again_without_a_change),
                TREE_TEST(file_that_was_not_read_is_read),
                TREE_TEST(modules_may_come_and_go_and_move),
                TREE_TEST(problem_of_a_known_module_is_told_again),
                TREE_TEST(records_may_move_to_another_table),
                TREE_TEST(files_are_looked_at_ahead_of_time),
                TREE_TEST(files_that_were_not_looked_at_ahead_are_looked_at),
                TREE_TEST(without_the_directory_it_fails),
        };

        return cmocka_run_group_tests_name("take-over", tests, NULL, NULL);
}
