/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot-case.h"

#include <stdio.h>
#include <unistd.h>

static void make_kernel(void) {
        temp_tree_make_directory("depmod.d");
        module_file_write(KERNEL "/k/a.ko", "export x 1\ninfo alias=pci:a\n");
        module_file_write(KERNEL "/k/b.ko", "need x\n");
        temp_tree_write_text(KERNEL "/modules.order", "k/b.ko\nk/a.ko\n");
        temp_tree_write_text(KERNEL "/modules.builtin", "k/one.ko\n");
        temp_tree_write(KERNEL "/modules.builtin.modinfo", "one.alias=of:one", 17);
        let_files_age();
}

/* Two snapshots, the second one after the change, made from what the first one knows. */
static void check(void (*change)(void), bool is_equal) {
        _cleanup_snapshot_ Snapshot *before = NULL, *after = NULL;

        make_kernel();
        before = snapshot_take(NULL);
        change();
        after = snapshot_take(before);
        assert_true(snapshot_is_equal(before, after) == is_equal);
        assert_true(snapshot_is_equal(after, before) == is_equal);
}

static void change_nothing(void) {
}

static void write_other_files(void) {
        temp_tree_write_text(KERNEL "/modules.dep", "what somebody wrote\n");
        temp_tree_write_text(KERNEL "/k/readme", "");
        temp_tree_make_directory(KERNEL "/empty");
}

static void snapshots_of_the_same_are_equal(void **state) {
        (void) state;
        check(change_nothing, true);
}

static void files_that_nothing_is_made_from_do_not_matter(void **state) {
        (void) state;
        check(write_other_files, true);
}

static void add_module(void) {
        module_file_write(KERNEL "/k/c.ko", "");
}

static void remove_module(void) {
        assert_int_equal(unlink(KERNEL "/k/b.ko"), 0);
}

static void rename_module(void) {
        assert_int_equal(rename(KERNEL "/k/b.ko", KERNEL "/k/c.ko"), 0);
}

static void move_module(void) {
        temp_tree_make_directory(KERNEL "/l");
        assert_int_equal(rename(KERNEL "/k/b.ko", KERNEL "/l/b.ko"), 0);
}

static void write_module(void) {
        module_file_write(KERNEL "/k/b.ko", "need x\ninfo alias=pci:b\n");
}

static void change_order(void) {
        temp_tree_write_text(KERNEL "/modules.order", "k/a.ko\nk/b.ko\n");
}

static void change_builtin_name(void) {
        temp_tree_write_text(KERNEL "/modules.builtin", "k/two.ko\n");
}

static void remove_builtin_names(void) {
        assert_int_equal(unlink(KERNEL "/modules.builtin"), 0);
}

static void empty_builtin_names(void) {
        temp_tree_write_text(KERNEL "/modules.builtin", "");
}

static void change_builtin_alias(void) {
        temp_tree_write(KERNEL "/modules.builtin.modinfo", "one.alias=of:two", 17);
}

static void change_builtin_module(void) {
        temp_tree_write(KERNEL "/modules.builtin.modinfo", "two.alias=of:one", 17);
}

static void hide_module(void) {
        temp_tree_write_text("depmod.d/x.conf", "exclude b.ko\n");
}

static void each_difference_makes_them_unequal(void **state) {
        static void (*const changes[])(void) = {
                add_module,           remove_module,         rename_module,
                move_module,          write_module,          change_order,
                change_builtin_name,  remove_builtin_names,  empty_builtin_names,
                change_builtin_alias, change_builtin_module, hide_module,
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(changes); i++) {
                char directory[16];

                (void) snprintf(directory, sizeof(directory), "case-%zu", i);
                temp_tree_make_directory(directory);
                assert_int_equal(chdir(directory), 0);
                check(changes[i], false);
                assert_int_equal(chdir(".."), 0);
        }
}

/* Not only as long as the file is racy. */
static void module_that_was_written_some_time_ago_is_a_difference(void **state) {
        _cleanup_snapshot_ Snapshot *before = NULL, *after = NULL, *again = NULL;

        (void) state;
        make_kernel();
        before = snapshot_take(NULL);
        write_module();
        let_files_age();
        after = snapshot_take(before);
        assert_false(snapshot_is_equal(before, after));
        again = snapshot_take(after);
        assert_true(snapshot_is_equal(after, again));
}

/* On the safe side: it may have changed within the tick of the clock. */
static void racy_modules_are_never_equal(void **state) {
        _cleanup_snapshot_ Snapshot *before = NULL, *after = NULL;

        (void) state;
        make_kernel();
        add_module();
        before = snapshot_take(NULL);
        after = snapshot_take(before);
        assert_false(snapshot_is_equal(before, after));
}

/* Of a problem with the configuration nothing is seen in the modules. */
static void other_problem_in_the_place_of_one_is_a_difference(void **state) {
        _cleanup_snapshot_ Snapshot *before = NULL, *after = NULL;

        (void) state;
        make_kernel();
        temp_tree_write_text("depmod.d/x.conf", "nonsense\n");
        before = snapshot_take(NULL);
        temp_tree_write_text("depmod.d/x.conf", "\nrubbish\n");
        after = snapshot_take(before);
        assert_int_equal(before->problems.count, after->problems.count);
        assert_false(snapshot_is_equal(before, after));
}

static void directory_without_modules_may_be_a_kernel_or_none(void **state) {
        static const char *const names[] = { "modules.order", "modules.builtin",
                                             "modules.builtin.modinfo" };
        char path[64];

        (void) state;
        temp_tree_write_text(KERNEL "/modules.dep", "");
        temp_tree_make_directory(KERNEL "/kernel");
        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                _cleanup_snapshot_ Snapshot *without = snapshot_take(NULL), *with = NULL;

                assert_false(without->is_kernel);
                (void) snprintf(path, sizeof(path), KERNEL "/%s", names[i]);
                temp_tree_write_text(path, "");
                with = snapshot_take(without);
                assert_true(with->is_kernel);
                assert_false(snapshot_is_equal(without, with));
                assert_int_equal(unlink(path), 0);
        }
}

static void job_tells_what_it_has_read_and_whether_it_is_the_same(void **state) {
        _cleanup_snapshot_ Snapshot *before = NULL;
        RefreshJob *job;

        (void) state;
        make_kernel();
        job = refresh_job_of(NULL);
        refresh_job_run(&job->job);
        assert_int_equal(job->n_read, 2);
        assert_false(job->is_same);
        before = snapshot_ref(job->snapshot);
        refresh_job_free(job);

        job = refresh_job_of(before);
        refresh_job_run(&job->job);
        assert_int_equal(job->n_read, 0);
        assert_true(job->is_same);
        refresh_job_free(job);

        write_module();
        job = refresh_job_of(before);
        refresh_job_run(&job->job);
        assert_int_equal(job->n_read, 1);
        assert_false(job->is_same);
        refresh_job_free(job);
}

static void job_fails_without_a_directory(void **state) {
        RefreshJob *job = refresh_job_of(NULL);

        (void) state;
        refresh_job_run(&job->job);
        assert_int_equal(job->r, -ENOENT);
        assert_null(job->snapshot);
        refresh_job_free(job);
}

static void members_of_cycles_are_left_out_and_reported(void **state) {
        _cleanup_snapshot_ Snapshot *snapshot = NULL;

        (void) state;
        module_file_write(KERNEL "/a.ko", "export x 1\nneed y\n");
        module_file_write(KERNEL "/b.ko", "export y 1\nneed x\n");
        module_file_write(KERNEL "/c.ko", "");
        snapshot = snapshot_take(NULL);
        assert_int_equal(snapshot->model.tree.count, 1);
        assert_string_equal(tree_module_name(&snapshot->model.tree, 0), "c");
        assert_true(snapshot->problems.count >= 3);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(snapshots_of_the_same_are_equal),
                TREE_TEST(files_that_nothing_is_made_from_do_not_matter),
                TREE_TEST(each_difference_makes_them_unequal),
                TREE_TEST(module_that_was_written_some_time_ago_is_a_difference),
                TREE_TEST(racy_modules_are_never_equal),
                TREE_TEST(other_problem_in_the_place_of_one_is_a_difference),
                TREE_TEST(directory_without_modules_may_be_a_kernel_or_none),
                TREE_TEST(job_tells_what_it_has_read_and_whether_it_is_the_same),
                TREE_TEST(job_fails_without_a_directory),
                TREE_TEST(members_of_cycles_are_left_out_and_reported),
        };

        return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
