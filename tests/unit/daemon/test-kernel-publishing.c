/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "kernel-repairs.h"
#include "kernel-settled.h"
#include "privileges.h"
#include "problem-text.h"

static void remove_outputs(void) {
        char path[64];

        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                (void) snprintf(path, sizeof(path), KERNEL "/%s", output_name(i));
                assert_int_equal(unlink(path), 0);
        }
}

static void assert_dep(const char *expected) {
        _cleanup_buffer_ Buffer bytes = {};

        temp_tree_read(PATH_OF("modules.dep"), &bytes);
        assert_text(&bytes, expected);
}

static void foreign_file_is_repaired_and_reported(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        init_settled(&test);
        temp_tree_write_text(PATH_OF("modules.dep"), "nonsense\n");
        assert_int_equal(unlink(PATH_OF("modules.alias")), 0);
        kernel_mark_outputs(test.kernel);
        assert_state(&test, "dirty");
        assert_true(kernel_is_fresh(test.kernel, test.site.seq));
        assert_false(kernel_is_published(test.kernel, test.site.seq));
        settle(&test);
        assert_state(&test, "settled");
        assert_dep("a.ko:\nb.ko: a.ko\n");
        assert_repaired(&test, 2, 0, PROBLEM_INDEX_FOREIGN, "not what the modules say since 20");
        assert_repaired(&test, 2, 1, PROBLEM_INDEX_MISSING, "missing");
        assert_int_equal(test.site.statistics.repairs, 1);
        assert_int_equal(test.site.statistics.adoptions, 0);
        assert_int_equal(test.site.statistics.refreshes, 1);
        assert_int_equal(test.site.statistics.published_files, OUTPUT_KINDS + 2);
}

static void file_that_somebody_else_wrote_and_that_is_right_is_adopted(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        init_settled(&test);
        temp_tree_write_text(PATH_OF("modules.dep"), "a.ko:\nb.ko: a.ko\n");
        kernel_mark_outputs(test.kernel);
        settle(&test);
        assert_state(&test, "settled");
        assert_int_equal(test.site.statistics.repairs, 0);
        assert_int_equal(test.site.statistics.adoptions, 1);
        assert_int_equal(test.site.statistics.publications, 1);
        assert_problems(&test.kernel->publish_problems, "");
}

static void foreign_writer_is_not_fought_with(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        uint64_t now;

        (void) state;
        init_settled(&test);
        for (unsigned i = 0; i < 5; i++) {
                temp_tree_write_text(PATH_OF("modules.dep"), "nonsense\n");
                kernel_mark_outputs(test.kernel);
                settle(&test);
                assert_dep("a.ko:\nb.ko: a.ko\n");
        }

        temp_tree_write_text(PATH_OF("modules.dep"), "nonsense\n");
        kernel_mark_outputs(test.kernel);
        now = usec_monotonic();
        settle_at(&test, now + 20000 * MS);
        assert_dep("nonsense\n");
        assert_true(test.due_usec > now + 20000 * MS);
        assert_true(test.due_usec <= now + 60000 * MS);
        settle_at(&test, test.due_usec);
        assert_dep("a.ko:\nb.ko: a.ko\n");
        assert_int_equal(test.site.statistics.repairs, 6);
}

/* What was wrong before the daemon began is no foreign writer's doing. */
static void what_is_wrong_at_the_start_is_no_repair(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        temp_tree_write_text(PATH_OF("modules.dep"), "old\n");
        kernel_case_init(&test);
        test.kernel->is_starting = true;
        settle(&test);
        assert_dep("a.ko:\nb.ko: a.ko\n");
        assert_int_equal(test.site.statistics.repairs, 0);
        assert_problems(&test.kernel->publish_problems, "");
}

static void files_that_were_all_removed_come_back_with_the_next_change(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        init_settled(&test);
        remove_outputs();
        kernel_mark_outputs(test.kernel);
        settle(&test);
        assert_state(&test, "withdrawn");
        assert_true(kernel_is_idle(test.kernel));
        assert_false(exists(PATH_OF("modules.dep")));
        kernel_mark(test.kernel);
        settle(&test);
        assert_state(&test, "withdrawn");

        module_file_write(PATH_OF("c.ko"), "");
        kernel_mark(test.kernel);
        settle(&test);
        assert_state(&test, "settled");
        assert_true(exists(PATH_OF("modules.dep")));
}

static void requested_refresh_brings_withdrawn_files_back(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        init_settled(&test);
        remove_outputs();
        kernel_mark_outputs(test.kernel);
        settle(&test);
        assert_state(&test, "withdrawn");
        kernel_request_refresh(test.kernel, false, false);
        demand_published(&test);
        assert_state(&test, "settled");
        assert_true(exists(PATH_OF("modules.dep")));
}

static void add_module(KernelCase *test, const char *path) {
        module_file_write(path, "need x\n");
        kernel_mark(test->kernel);
}

static void without_the_right_to_write_it_is_read_only(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        init_settled(&test);
        add_module(&test, PATH_OF("c.ko"));
        assert_int_equal(chmod(KERNEL, 0555), 0);
        privileges_drop();
        settle(&test);
        privileges_restore();
        assert_state(&test, "read-only");
        assert_false(kernel_is_writable(test.kernel));
        assert_true(kernel_is_fresh(test.kernel, test.site.seq));
        assert_false(kernel_is_published(test.kernel, test.site.seq));
        assert_true(kernel_is_idle(test.kernel));
        assert_int_equal(kernel_n_modules(test.kernel), 3);
        assert_int_equal(kernel_n_problems(test.kernel), 1 + test.kernel->snapshot->problems.count);
        assert_int_equal(test.kernel->publish_problems.items[0].kind, PROBLEM_NOT_WRITABLE);
        assert_dep("a.ko:\nb.ko: a.ko\n");

        /* It does not become writable by waiting, but by a change. */
        assert_int_equal(chmod(KERNEL, 0755), 0);
        settle(&test);
        assert_state(&test, "read-only");
        assert_true(test.due_usec == UINT64_MAX);
        kernel_mark(test.kernel);
        settle(&test);
        assert_state(&test, "settled");
        assert_problems(&test.kernel->publish_problems, "");
}

static void failing_publication_is_tried_again_later_and_later(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        uint64_t delay = 0;

        (void) state;
        init_settled(&test);
        assert_int_equal(unlink(PATH_OF("modules.alias")), 0);
        temp_tree_write_text(PATH_OF("modules.alias/precious"), "");
        kernel_mark_outputs(test.kernel);
        for (unsigned i = 0; i < 9; i++) {
                uint64_t now = usec_monotonic();

                turn_at(&test, now + 3600000 * MS);
                finish_job(&test);
                assert_state(&test, "failed");
                turn_at(&test, test.kernel->retry_usec - 1);
                assert_true(is_without_job(&test));
                assert_int_equal(test.due_usec, test.kernel->retry_usec);
                assert_true(test.due_usec >= now + (delay < 30000 * MS ? delay * 2 : 60000 * MS));
                assert_true(test.due_usec <= usec_monotonic() + 60000 * MS);
                delay = test.kernel->retry_delay_usec;
        }

        assert_int_equal(delay, 60000 * MS);
        assert_true(kernel_is_writable(test.kernel));
        assert_int_equal(unlink(PATH_OF("modules.alias/precious")), 0);
        demand_published(&test);
        assert_state(&test, "settled");
        assert_int_equal(test.kernel->retry_delay_usec, 0);
}

static void failing_refresh_keeps_the_index_and_backs_off(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        uint64_t now;

        (void) state;
        init_settled(&test);
        assert_int_equal(chmod(KERNEL, 0), 0);
        kernel_mark(test.kernel);
        privileges_drop();
        now = usec_monotonic();
        settle_at(&test, now + 500 * MS);
        privileges_restore();
        assert_state(&test, "failed");
        assert_int_equal(test.kernel->refresh_error, -EACCES);
        assert_int_equal(test.kernel->refresh_failed_seq, test.kernel->changed_seq);
        assert_true(test.due_usec >= now + 1000 * MS);
        assert_true(kernel_is_idle(test.kernel));
        assert_false(kernel_is_fresh(test.kernel, test.site.seq));
        assert_int_equal(chmod(KERNEL, 0755), 0);
        assert_dep("a.ko:\nb.ko: a.ko\n");
        assert_int_equal(kernel_n_modules(test.kernel), 2);

        settle(&test);
        assert_state(&test, "settled");
        assert_int_equal(test.kernel->retry_delay_usec, 0);
}

static void request_is_not_forgotten_by_a_failure(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        init_settled(&test);
        kernel_request_refresh(test.kernel, true, true);
        assert_int_equal(chmod(KERNEL, 0), 0);
        privileges_drop();
        settle_at(&test, usec_monotonic() + 500 * MS);
        privileges_restore();
        assert_int_equal(test.kernel->refresh_error, -EACCES);

        assert_int_equal(chmod(KERNEL, 0555), 0);
        privileges_drop();
        settle(&test);
        privileges_restore();
        assert_int_equal(test.site.statistics.refreshed_modules, 4);
        assert_state(&test, "read-only");

        assert_int_equal(chmod(KERNEL, 0755), 0);
        kernel_mark_outputs(test.kernel);
        demand_published(&test);
        assert_state(&test, "settled");
        assert_int_equal(test.site.statistics.published_files, 2 * OUTPUT_KINDS);
}

static void watch_directory(KernelCase *test) {
        _cleanup_close_ int fd = open(KERNEL, O_PATH | O_DIRECTORY | O_CLOEXEC);

        assert_int_equal(place_list_add_directory(&test->kernel->places, PLACE_MODULES,
                                                  test->kernel->directory, fd),
                         0);
}

/* What we have written ourselves comes back as an event. */
static void own_renames_are_told_from_those_of_others(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        WatchChange change = { .name = "modules.dep", .is_moved_here = true };

        (void) state;
        init_settled(&test);
        watch_directory(&test);
        change.directory = test.kernel->directory;
        kernel_take_change(test.kernel, &change);
        assert_state(&test, "settled");

        temp_tree_write_text(PATH_OF(".new"), "nonsense\n");
        assert_int_equal(rename(PATH_OF(".new"), PATH_OF("modules.dep")), 0);
        kernel_take_change(test.kernel, &change);
        assert_state(&test, "dirty");
        settle(&test);
        assert_int_equal(test.site.statistics.repairs, 1);
}

static void start_publishing(KernelCase *test) {
        add_module(test, PATH_OF("c.ko"));
        for (unsigned i = 0; !test->kernel->publishing; i++) {
                assert_true(i < 10);
                turn_at(test, usec_monotonic() + 3600000 * MS);
                if (test->kernel->refreshing)
                        finish_job(test);
        }
}

/*
 * Between our rename and our look at the files somebody else may have put his own in its place: no
 * key tells, but there is one rename more than we have made.
 */
static void foreign_rename_over_our_own_is_compared(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        WatchChange change = { .name = "modules.dep", .is_moved_here = true };

        (void) state;
        init_settled(&test);
        watch_directory(&test);
        change.directory = test.kernel->directory;
        start_publishing(&test);
        for (unsigned i = 0; i < OUTPUT_KINDS + 1; i++)
                kernel_take_change(test.kernel, &change);
        finish_job(&test);
        assert_state(&test, "dirty");
        settle(&test);
        assert_state(&test, "settled");
        assert_int_equal(test.site.statistics.adoptions, 1);
}

static void foreign_rename_during_a_publication_is_looked_at_afterwards(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        WatchChange change = { .name = "modules.dep", .is_moved_here = true };

        (void) state;
        init_settled(&test);
        watch_directory(&test);
        change.directory = test.kernel->directory;
        start_publishing(&test);
        kernel_take_change(test.kernel, &change);
        finish_job(&test);
        assert_true(kernel_is_published(test.kernel, test.site.seq));
        assert_state(&test, "settled");

        kernel_take_change(test.kernel,
                           &(WatchChange){ .directory = change.directory, .name = "modules.dep" });
        assert_state(&test, "dirty");
        settle(&test);
        assert_int_equal(test.site.statistics.adoptions, 1);
}

static void file_that_is_touched_during_a_publication_is_looked_at_again(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};
        uint64_t touched;

        (void) state;
        init_settled(&test);
        kernel_mark_outputs(test.kernel);
        turn_at(&test, usec_monotonic() + 3600000 * MS);
        assert_non_null(test.kernel->publishing);
        kernel_mark_outputs(test.kernel);
        touched = test.site.seq;
        finish_job(&test);
        assert_false(kernel_is_published(test.kernel, touched));
        settle(&test);
        assert_true(kernel_is_published(test.kernel, touched));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(foreign_file_is_repaired_and_reported),
                TREE_TEST(file_that_somebody_else_wrote_and_that_is_right_is_adopted),
                TREE_TEST(foreign_writer_is_not_fought_with),
                TREE_TEST(what_is_wrong_at_the_start_is_no_repair),
                TREE_TEST(files_that_were_all_removed_come_back_with_the_next_change),
                TREE_TEST(requested_refresh_brings_withdrawn_files_back),
                TREE_TEST(without_the_right_to_write_it_is_read_only),
                TREE_TEST(failing_publication_is_tried_again_later_and_later),
                TREE_TEST(failing_refresh_keeps_the_index_and_backs_off),
                TREE_TEST(request_is_not_forgotten_by_a_failure),
                TREE_TEST(own_renames_are_told_from_those_of_others),
                TREE_TEST(foreign_rename_over_our_own_is_compared),
                TREE_TEST(foreign_rename_during_a_publication_is_looked_at_afterwards),
                TREE_TEST(file_that_is_touched_during_a_publication_is_looked_at_again),
        };

        return cmocka_run_group_tests_name("kernel-publishing", tests, NULL, NULL);
}
