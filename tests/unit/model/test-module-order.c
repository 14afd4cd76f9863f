/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-order.h"

#include <stdio.h>

#include "model-case.h"

/* Buckets: snd_hda_intel 161, xfs 217, abcd 219, ext4 278, a_b 353, a 386. */
#define MODULES                                                                                    \
        "module kernel/fs/xfs.ko\nmodule kernel/a.ko.gz\nmodule kernel/x/a-b.ko.xz\n"              \
        "module kernel/fs/ext4.ko.zst\nmodule abcd.ko\nmodule kernel/sound/snd-hda-intel.ko\n"
#define HASH_ORDER "snd_hda_intel xfs abcd ext4 a_b a"

static void modules_are_in_the_order_of_kmods_hash_table(void **state) {
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, MODULES);
        assert_int_equal(module_order_by_hash(&tree), 0);
        assert_order(&tree, HASH_ORDER);
}

static void modules_move_with_all_that_is_theirs(void **state) {
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "module kernel/a.ko\nalias of-a\nmodule kernel/xfs.ko\nalias of-xfs\n");
        assert_int_equal(module_order_by_hash(&tree), 0);
        assert_order(&tree, "xfs a");
        assert_string_equal(tree_module_path(&tree, 0), "kernel/xfs.ko");
        assert_string_equal(tree_string(&tree, module_aliases(&tree.modules[0])[0]), "of-xfs");
        assert_string_equal(tree_string(&tree, module_aliases(&tree.modules[1])[0]), "of-a");
}

static void empty_tree_has_an_order(void **state) {
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, "");
        assert_int_equal(module_order_by_hash(&tree), 0);
        assert_int_equal(module_order_apply(&tree, "a\n", 2, MODULE_ORDER_FIRST, NULL), 0);
        assert_int_equal(tree.count, 0);
}

static void check_size(const char *modules, const char *order, size_t size,
                       ModuleOrderRepeat repeat, const char *expected, const char *problem_lines) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_tree_ Tree tree = {};

        tree_of(&tree, modules);
        assert_int_equal(module_order_by_hash(&tree), 0);
        assert_int_equal(module_order_apply(&tree, order, size, repeat, &problems), 0);
        assert_order(&tree, expected);
        assert_problems(&problems, problem_lines);
}

static void check(const char *order, const char *expected) {
        check_size(MODULES, order, strlen(order), MODULE_ORDER_FIRST, expected, "");
}

static void listed_modules_come_first_in_the_order_of_their_lines(void **state) {
        (void) state;
        check("kernel/a.ko\nkernel/fs/ext4.ko\n", "a ext4 snd_hda_intel xfs abcd a_b");
        check("kernel/fs/ext4.ko\nkernel/a.ko\n", "ext4 a snd_hda_intel xfs abcd a_b");
        check("abcd.ko\n", "abcd snd_hda_intel xfs ext4 a_b a");
}

static void all_modules_may_be_listed(void **state) {
        (void) state;
        check("kernel/a.ko\nkernel/x/a-b.ko\nabcd.ko\nkernel/fs/ext4.ko\n"
              "kernel/sound/snd-hda-intel.ko\nkernel/fs/xfs.ko\n",
              "a a_b abcd ext4 snd_hda_intel xfs");
}

static void file_without_bytes_changes_nothing(void **state) {
        (void) state;
        check("", HASH_ORDER);
}

/* Comments, builtin modules, other names: nobody knows them. */
static void unknown_lines_are_ignored(void **state) {
        (void) state;
        check("#336\n\nkernel/gone.ko\n \nkernel/a.ko\n", "a snd_hda_intel xfs abcd ext4 a_b");
}

/* By the uncompressed name of the file as it is spelled, and exactly. */
static void lines_are_compared_exactly(void **state) {
        static const char *const lines[] = {
                "kernel/a.ko.gz\n", "kernel/a.ko \n",     " kernel/a.ko\n", "kernel/a.ko\r\n",
                "/kernel/a.ko\n",   "./kernel/a.ko\n",    "a.ko\n",         "kernel/a\n",
                "kernel/A.ko\n",    "kernel/x/a_b.ko\n",  "kernel//a.ko\n", "x/kernel/a.ko\n",
                "kernel/a.kox\n",   "kernel/fs/ext4.k\n",
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(lines); i++)
                check(lines[i], HASH_ORDER);
}

static void check_one(const char *path, const char *line, bool matches) {
        char modules[128] = "module kernel/snd-hda-intel.ko\nmodule ";

        (void) stpcpy(stpcpy(modules + strlen(modules), path), "\n");
        check_size(modules, line, strlen(line), MODULE_ORDER_FIRST,
                   matches ? "a snd_hda_intel" : "snd_hda_intel a", "");
}

/* The directory, as many bytes as the module name has, and three. */
static void name_that_is_listed_is_cut_as_kmod_cuts_it(void **state) {
        (void) state;
        check_one("k/a.ko", "k/a.ko\n", true);
        check_one("k/a.ko.zst", "k/a.ko\n", true);
        check_one("k/a.bar.ko", "k/a.ba\n", true);
        check_one("k/a.bar.ko", "k/a.bar.ko\n", false);
        check_one("a.ko", "a.ko\n", true);
        check_one("k.d/a.ko", "k.d/a.ko\n", true);
}

static void external_module_is_never_listed(void **state) {
        (void) state;
        check_one("/ext/a.ko", "/ext/a.ko\n", false);
        check_one("/ext/a.ko", "ext/a.ko\n", false);
}

static void first_or_last_of_several_lines_counts(void **state) {
        static const char order[] = "kernel/a.ko\nabcd.ko\nkernel/a.ko\n";

        (void) state;
        check_size(MODULES, order, strlen(order), MODULE_ORDER_FIRST,
                   "a abcd snd_hda_intel xfs ext4 a_b", "");
        check_size(MODULES, order, strlen(order), MODULE_ORDER_LAST,
                   "abcd a snd_hda_intel xfs ext4 a_b", "");
}

static void check_corrupt(const char *order, size_t size, unsigned line) {
        char problem[64];

        (void) snprintf(problem, sizeof(problem), "order-corrupt /m/1.0/modules.order:%u\n", line);
        check_size(MODULES, order, size, MODULE_ORDER_FIRST, HASH_ORDER, problem);
}

static void line_without_end_makes_the_whole_file_void(void **state) {
        static const char at_the_end[] = "kernel/a.ko\nkernel/fs/xfs.ko";
        static const char nul[] = "kernel/a.ko\nabcd.ko\0\nkernel/fs/xfs.ko\n";

        (void) state;
        check_corrupt("x", 1, 1);
        check_corrupt(at_the_end, sizeof(at_the_end) - 1, 2);
        check_corrupt(nul, sizeof(nul) - 1, 2);
}

static void line_may_have_4094_bytes_and_no_more(void **state) {
        char order[8192] = "kernel/a.ko\n";
        size_t start = strlen(order);

        (void) state;
        memset(order + start, 'x', 4094);
        (void) stpcpy(order + start + 4094, "\nabcd.ko\n");
        check(order, "a abcd snd_hda_intel xfs ext4 a_b");

        (void) stpcpy(order + start + 4094, "x\nabcd.ko\n");
        check_corrupt(order, strlen(order), 2);
}

static void line_that_begins_with_nul_is_passed_over(void **state) {
        static const char order[] = "kernel/a.ko\n\0xfs\nabcd.ko\n\0";

        (void) state;
        check_size(MODULES, order, sizeof(order) - 1, MODULE_ORDER_FIRST,
                   "a abcd snd_hda_intel xfs ext4 a_b", "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(modules_are_in_the_order_of_kmods_hash_table),
                cmocka_unit_test(modules_move_with_all_that_is_theirs),
                cmocka_unit_test(empty_tree_has_an_order),
                cmocka_unit_test(listed_modules_come_first_in_the_order_of_their_lines),
                cmocka_unit_test(all_modules_may_be_listed),
                cmocka_unit_test(file_without_bytes_changes_nothing),
                cmocka_unit_test(unknown_lines_are_ignored),
                cmocka_unit_test(lines_are_compared_exactly),
                cmocka_unit_test(name_that_is_listed_is_cut_as_kmod_cuts_it),
                cmocka_unit_test(external_module_is_never_listed),
                cmocka_unit_test(first_or_last_of_several_lines_counts),
                cmocka_unit_test(line_without_end_makes_the_whole_file_void),
                cmocka_unit_test(line_may_have_4094_bytes_and_no_more),
                cmocka_unit_test(line_that_begins_with_nul_is_passed_over),
        };

        return cmocka_run_group_tests_name("module-order", tests, NULL, NULL);
}
