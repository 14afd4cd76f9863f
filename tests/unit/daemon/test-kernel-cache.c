/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-cache.h"

#include <stdio.h>
#include <sys/stat.h>

#include "kernel-settled.h"

#define CACHE "var/cache/depmodd/1.0.cache"
#define DELAY (5000 * MS)
#define SOON (200 * MS)

static bool is_cache_without_job(void *userdata) {
        return !((const KernelCase *) userdata)->kernel->cache.job;
}

static void finish_saving(KernelCase *test) {
        loop_until(test->event, is_cache_without_job, test);
}

/* The root is the working directory. What was read for the first publication is to be saved. */
static void init_published(KernelCase *test) {
        temp_tree_make_directory("var/cache/depmodd");
        make_modules();
        let_files_age();
        kernel_case_init(test);
        test->settings.root = temp_tree_path("");
        demand_published(test);
        assert_in_range(test->kernel->cache.due_usec, usec_monotonic(), usec_monotonic() + SOON);
}

/* When it is due, which is after the files have become old enough for being certain of them. */
static void save_what_is_due(KernelCase *test) {
        let_files_age();
        turn_at(test, test->kernel->cache.due_usec);
        finish_saving(test);
}

static void init_saved(KernelCase *test) {
        init_published(test);
        save_what_is_due(test);
        assert_int_equal(test->kernel->cache.due_usec, 0);
        assert_int_equal(test->kernel->cache.generation, test->kernel->snapshot->generation);
}

static void cache_case_done(KernelCase *test) {
        char *root = test->settings.root;

        kernel_case_done(test); /* jobs use it to their end */
        free(root);
}

#define _cleanup_cache_case_ _cleanup_(cache_case_done)

static void change_and_publish(KernelCase *test, const char *path, const char *script) {
        module_file_write(path, script);
        kernel_mark(test->kernel);
        demand_published(test);
}

/* 0: there is none. */
static ino_t cache_inode(void) {
        struct stat st;

        return stat(CACHE, &st) == 0 ? st.st_ino : 0;
}

/* How many of the files that a cache tells of it is certain of. */
static unsigned n_certain(const KernelCase *test) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;
        unsigned n = 0;

        assert_true(module_cache_open(&cache, test->settings.root, "1.0"));
        assert_int_equal(module_cache_load(&cache, test->kernel->directory, NULL), 0);
        assert_true(cache.index.source != 0);
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                assert_int_not_equal(cache.index.files[i].key.inode, 0);
                assert_int_not_equal(cache.index.files[i].checksum, 0);
                n += cache.index.files[i].is_certain;
        }
        return n;
}

static void first_model_is_saved_soon_and_for_certain(void **state) {
        _cleanup_cache_case_ KernelCase test = {};

        (void) state;
        init_published(&test);
        turn(&test);
        assert_int_equal(cache_inode(), 0);
        save_what_is_due(&test);
        assert_int_equal(n_certain(&test), OUTPUT_KINDS);
        assert_int_equal(test.kernel->cache.due_usec, 0);
}

/* As for want of time: what was just written says nothing for certain by its key. */
static void what_was_too_young_is_saved_again(void **state) {
        _cleanup_cache_case_ KernelCase test = {};

        (void) state;
        init_published(&test);
        turn_at(&test, test.kernel->cache.due_usec);
        finish_saving(&test);
        assert_int_equal(n_certain(&test), 0);
        assert_in_range(test.kernel->cache.due_usec, usec_monotonic(), usec_monotonic() + DELAY);
        save_what_is_due(&test);
        assert_int_equal(n_certain(&test), OUTPUT_KINDS);
        assert_int_equal(test.kernel->cache.due_usec, 0);
}

/* Another depmod has written the same. */
static void index_with_other_keys_is_saved_again(void **state) {
        _cleanup_cache_case_ KernelCase test = {};

        (void) state;
        init_saved(&test);
        assert_int_equal(rename(PATH_OF("modules.dep"), PATH_OF("other")), 0);
        assert_int_equal(rename(PATH_OF("other"), PATH_OF("modules.dep")), 0);
        kernel_mark_outputs(test.kernel);
        demand_published(&test);
        assert_int_not_equal(test.kernel->cache.due_usec, 0);
        save_what_is_due(&test);
        assert_int_equal(n_certain(&test), OUTPUT_KINDS);
}

/* Somebody has been at it before anybody was told: it is not saved as if it were right. */
static void index_that_is_wrong_is_not_saved(void **state) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;
        _cleanup_cache_case_ KernelCase test = {};

        (void) state;
        init_published(&test);
        temp_tree_write_text(PATH_OF("modules.dep"), "nonsense\n");
        save_what_is_due(&test);
        assert_true(module_cache_open(&cache, test.settings.root, "1.0"));
        assert_int_equal(module_cache_load(&cache, test.kernel->directory, NULL), 0);
        assert_int_equal(cache.index.files[OUTPUT_DEP].key.inode, 0);
        assert_int_not_equal(cache.index.files[OUTPUT_DEP_BIN].key.inode, 0);
}

static void later_ones_are_saved_after_a_while(void **state) {
        _cleanup_cache_case_ KernelCase test = {};
        ino_t first;
        uint64_t due;

        (void) state;
        init_saved(&test);
        first = cache_inode();
        change_and_publish(&test, PATH_OF("c.ko"), "need x\n");
        due = test.kernel->cache.due_usec;
        assert_in_range(due, usec_monotonic(), usec_monotonic() + DELAY);
        turn_at(&test, due - 1);
        assert_null(test.kernel->cache.job);
        assert_int_equal(test.due_usec, due);
        assert_int_equal(cache_inode(), first);

        let_files_age();
        turn_at(&test, due);
        assert_non_null(test.kernel->cache.job);
        finish_saving(&test);
        assert_int_not_equal(cache_inode(), first);
        turn_at(&test, due + DELAY);
        assert_null(test.kernel->cache.job);
        assert_true(test.due_usec == UINT64_MAX);
}

/* Else many changes would put it off for ever. */
static void further_changes_do_not_put_it_off(void **state) {
        _cleanup_cache_case_ KernelCase test = {};
        uint64_t due;

        (void) state;
        init_saved(&test);
        change_and_publish(&test, PATH_OF("c.ko"), "need x\n");
        due = test.kernel->cache.due_usec;
        change_and_publish(&test, PATH_OF("d.ko"), "need x\n");
        assert_int_equal(test.kernel->cache.due_usec, due);
        let_files_age();
        turn_at(&test, due);
        finish_saving(&test);
        assert_int_equal(test.kernel->cache.generation, test.kernel->snapshot->generation);
        assert_int_equal(test.kernel->cache.due_usec, 0);
}

/* What was published while the last save was at work is saved later, too. */
static void change_during_a_save_is_saved_after_it(void **state) {
        _cleanup_cache_case_ KernelCase test = {};
        uint64_t due;

        (void) state;
        init_saved(&test);
        change_and_publish(&test, PATH_OF("c.ko"), "need x\n");
        turn_at(&test, test.kernel->cache.due_usec);
        change_and_publish(&test, PATH_OF("d.ko"), "need x\n");
        finish_saving(&test);
        due = test.kernel->cache.due_usec;
        assert_int_not_equal(due, 0);
        let_files_age();
        turn_at(&test, due);
        finish_saving(&test);
        assert_int_equal(test.kernel->cache.generation, test.kernel->snapshot->generation);
}

/* Nobody else says so where nothing is published. */
static void what_came_during_a_save_is_wanted_after_it(void **state) {
        _cleanup_cache_case_ KernelCase test = {};

        (void) state;
        init_saved(&test);
        change_and_publish(&test, PATH_OF("c.ko"), "need x\n");
        turn_at(&test, test.kernel->cache.due_usec);
        assert_non_null(test.kernel->cache.job);
        test.kernel->snapshot->generation++;
        finish_saving(&test);
        assert_int_not_equal(test.kernel->cache.due_usec, 0);
}

static void at_the_end_it_is_saved_at_once(void **state) {
        _cleanup_cache_case_ KernelCase test = {};
        ino_t first, last;

        (void) state;
        init_saved(&test);
        first = cache_inode();
        kernel_flush_cache(test.kernel);
        assert_int_equal(cache_inode(), first);
        change_and_publish(&test, PATH_OF("c.ko"), "need x\n");
        kernel_flush_cache(test.kernel);
        last = cache_inode();
        assert_int_not_equal(last, 0);
        assert_int_not_equal(last, first);
}

static void what_is_removed_is_not_wanted_any_more(void **state) {
        _cleanup_cache_case_ KernelCase test = {};

        (void) state;
        init_saved(&test);
        change_and_publish(&test, PATH_OF("c.ko"), "need x\n");
        kernel_remove_cache(test.kernel);
        assert_int_equal(cache_inode(), 0);
        turn_at(&test, usec_monotonic() + 2 * DELAY);
        finish_saving(&test);
        kernel_flush_cache(test.kernel);
        assert_int_equal(cache_inode(), 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(first_model_is_saved_soon_and_for_certain),
                TREE_TEST(what_was_too_young_is_saved_again),
                TREE_TEST(index_with_other_keys_is_saved_again),
                TREE_TEST(index_that_is_wrong_is_not_saved),
                TREE_TEST(later_ones_are_saved_after_a_while),
                TREE_TEST(further_changes_do_not_put_it_off),
                TREE_TEST(change_during_a_save_is_saved_after_it),
                TREE_TEST(what_came_during_a_save_is_wanted_after_it),
                TREE_TEST(at_the_end_it_is_saved_at_once),
                TREE_TEST(what_is_removed_is_not_wanted_any_more),
        };

        return cmocka_run_group_tests_name("kernel-cache", tests, NULL, NULL);
}
