/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel-watching-case.h"
#include "privileges.h"

static void own_publication_is_no_change(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};
        uint64_t seq;

        (void) state;
        begin(&test);
        seq = test.kernel.site.seq;
        come_to_rest(&test);
        assert_int_equal(test.kernel.site.seq, seq);
        assert_int_equal(test.kernel.site.statistics.publications, 1);
        assert_int_equal(test.kernel.site.statistics.refreshes, 1);

        module_file_write(PATH_OF("c.ko"), "");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nc.ko:\n");
        come_to_rest(&test);
        assert_int_equal(test.kernel.site.statistics.publications, 2);
        assert_int_equal(test.kernel.site.statistics.repairs, 0);
        assert_int_equal(test.kernel.site.statistics.adoptions, 0);
        assert_int_equal(test.kernel.site.statistics.refreshes, 2);
}

static void modules_that_come_and_go_are_noticed(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};

        (void) state;
        begin(&test);
        module_file_write(PATH_OF("c.ko"), "need x\n");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nc.ko: a.ko\n");
        assert_int_equal(unlink(PATH_OF("b.ko")), 0);
        assert_dep(&test, "dirty", "a.ko:\nc.ko: a.ko\n");
        assert_int_equal(rename(PATH_OF("c.ko"), PATH_OF("d.ko")), 0);
        assert_dep(&test, "dirty", "a.ko:\nd.ko: a.ko\n");
        temp_tree_write_text(PATH_OF("modules.order"), "d.ko\na.ko\n");
        assert_dep(&test, "dirty", "d.ko: a.ko\na.ko:\n");
}

/* Which gives no event for the other name of the file. */
static void file_that_is_written_by_one_of_two_names_is_read_by_both(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};

        (void) state;
        begin(&test);
        module_file_write(PATH_OF("k/c.ko"), "");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nk/c.ko:\n");
        assert_int_equal(link(PATH_OF("k/c.ko"), PATH_OF("d.ko")), 0);
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nk/c.ko:\nd.ko:\n");
        let_files_age();
        kernel_request_refresh(test.kernel.kernel, false, false);
        come_to_rest(&test);
        module_file_write(PATH_OF("d.ko"), "need x\n");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nk/c.ko: a.ko\nd.ko: a.ko\n");
}

/* Its own events and a look at all files show it, another file's events do not. */
static void what_gives_no_event_is_found_by_refresh(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};

        (void) state;
        begin(&test);
        let_files_age();
        kernel_request_refresh(test.kernel.kernel, false, false);
        come_to_rest(&test);
        assert_int_equal(truncate(PATH_OF("b.ko"), 0), 0);
        module_file_write(PATH_OF("c.ko"), "");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nc.ko:\n");
        kernel_request_refresh(test.kernel.kernel, false, false);
        assert_dep(&test, "dirty", "a.ko:\nb.ko:\nc.ko:\n");
}

/* It can be excluded as a part of the tree, as "build" is. */
static void external_directory_inside_of_the_tree_is_noticed(void **state) {
        _cleanup_free_ char *made = temp_tree_path(PATH_OF("build/made"));
        _cleanup_watching_case_ WatchingCase test = {};
        _cleanup_buffer_ Buffer config = {};

        (void) state;
        buffer_append_format(&config, "external * %s\n", made);
        temp_tree_write("depmod.d/x.conf", config.data, config.size);
        temp_tree_make_directory(PATH_OF("build/made"));
        begin(&test);
        module_file_write(PATH_OF("build/made/c.ko"), "need x\n");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nbuild/made/c.ko: a.ko\n");
        assert_int_equal(unlink(PATH_OF("build/made/c.ko")), 0);
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\n");
}

/* Each level is made before the one above it can be watched. */
static void modules_in_new_directories_are_noticed(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};

        (void) state;
        begin(&test);
        module_file_write(PATH_OF("new/deep/er/c.ko"), "");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nnew/deep/er/c.ko:\n");
        module_file_write(PATH_OF("new/deep/er/d.ko"), "");
        assert_int_equal(unlink(PATH_OF("new/deep/er/c.ko")), 0);
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nnew/deep/er/d.ko:\n");
        assert_int_equal(rename(PATH_OF("new/deep"), "outside"), 0);
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\n");
        module_file_write("outside/er/e.ko", "");
        assert_dep(&test, "settled", "a.ko:\nb.ko: a.ko\n");
        assert_int_equal(rename("outside", PATH_OF("new/back")), 0);
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nnew/back/er/d.ko:\nnew/back/er/e.ko:\n");
}

static void directory_that_is_made_anew_is_watched_again(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};

        (void) state;
        begin(&test);
        temp_tree_make_directory(PATH_OF("k"));
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\n");
        for (unsigned i = 0; i < 20; i++) {
                assert_int_equal(rmdir(PATH_OF("k")), 0);
                temp_tree_make_directory(PATH_OF("k"));
                if (i % 2 == 0)
                        come_to_rest(&test);
                module_file_write(PATH_OF("k/c.ko"), "");
                assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nk/c.ko:\n");
                assert_int_equal(unlink(PATH_OF("k/c.ko")), 0);
                assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\n");
        }
}

static void index_files_of_others_are_noticed(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};

        (void) state;
        begin(&test);
        temp_tree_write_text(PATH_OF("modules.dep"), "nonsense\n");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\n");
        temp_tree_write_text(PATH_OF("modules.dep.tmp"), "nonsense\n");
        assert_dep(&test, "settled", "a.ko:\nb.ko: a.ko\n");
        assert_int_equal(rename(PATH_OF("modules.dep.tmp"), PATH_OF("modules.dep")), 0);
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\n");
        assert_int_equal(unlink(PATH_OF("modules.dep")), 0);
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\n");
        assert_int_equal(test.kernel.site.statistics.repairs, 3);
        assert_int_equal(test.kernel.site.statistics.refreshes, 1);
}

static void configuration_is_noticed_even_if_it_was_not_there(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};

        (void) state;
        begin(&test);
        temp_tree_write_text("depmod.d/x.conf", "exclude b.ko\n");
        assert_dep(&test, "dirty", "a.ko:\n");
        temp_tree_write_text("depmod.d/x.conf", "\n");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\n");
        assert_int_equal(rename("depmod.d", "gone"), 0);
        temp_tree_write_text("depmod.d/y.conf", "exclude b.ko\n");
        assert_dep(&test, "dirty", "a.ko:\n");
}

static void what_links_lead_to_is_noticed(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};

        (void) state;
        module_file_write("real/c.ko", "");
        module_file_write("one/d.ko", "");
        temp_tree_make_directory(KERNEL);
        temp_tree_link("../../real", PATH_OF("link"));
        temp_tree_link("../../one/d.ko", PATH_OF("d.ko"));
        begin(&test);
        temp_tree_write_text(PATH_OF("modules.order"),
                             "a.ko\nb.ko\nd.ko\nlink/c.ko\nlink/e.ko\nnew/d.ko\n");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nd.ko:\nlink/c.ko:\n");
        module_file_write("real/c.ko", "need x\n");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nd.ko:\nlink/c.ko: a.ko\n");
        module_file_write("one/d.ko", "need x\n");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nd.ko: a.ko\nlink/c.ko: a.ko\n");
        assert_int_equal(rename("real", "was-real"), 0);
        module_file_write("real/e.ko", "");
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nd.ko: a.ko\nlink/e.ko:\n");
        temp_tree_link("../../one", PATH_OF("new"));
        assert_int_equal(unlink(PATH_OF("d.ko")), 0);
        assert_dep(&test, "dirty", "a.ko:\nb.ko: a.ko\nlink/e.ko:\nnew/d.ko: a.ko\n");
}

static void names_that_nothing_depends_on_are_no_change(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};
        uint64_t seq;

        (void) state;
        begin(&test);
        seq = test.kernel.site.seq;
        temp_tree_write_text(PATH_OF("readme"), "");
        temp_tree_write_text("m/other/a.ko", "");
        temp_tree_write_text("beside", "");
        assert_int_equal(unlink(PATH_OF("readme")), 0);
        loop_drain(test.kernel.event);
        assert_int_equal(test.kernel.site.seq, seq);
}

/* No refresh after refresh, and no question that is never answered. */
static void directory_that_cannot_be_watched_is_looked_at_instead(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};

        (void) state;
        make_modules();
        module_file_write("hidden/c.ko", "");
        temp_tree_link("../../hidden/c.ko", PATH_OF("c.ko"));
        assert_int_equal(chmod("hidden", 0311), 0);
        watching_case_init(&test);
        privileges_drop();
        test.kernel.demand.model = true;
        for (unsigned i = 0; i < 6; i++) {
                turn(&test.kernel);
                finish_job(&test.kernel);
        }
        privileges_restore();
        assert_true(kernel_is_fresh(test.kernel.kernel, test.kernel.site.seq));
        assert_int_equal(test.kernel.kernel->is_scanning, true);
        assert_int_equal(test.kernel.site.statistics.refreshes, 1);
        assert_int_equal(kernel_n_modules(test.kernel.kernel), 3);
        assert_int_equal(chmod("hidden", 0755), 0);
}

/* Inode after inode, and only a few at once: the event loop goes on in between. */
static void many_directories_are_watched_in_several_turns(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};
        char path[64];

        (void) state;
        make_modules();
        for (unsigned i = 0; i < 200; i++) {
                (void) snprintf(path, sizeof(path), KERNEL "/d%u", i);
                temp_tree_make_directory(path);
        }
        watching_case_init(&test);
        test.kernel.demand.model = true;
        turn(&test.kernel);
        finish_job(&test.kernel);
        turn(&test.kernel);
        assert_true(test.kernel.kernel->is_looking);
        assert_in_range(watch_count(test.kernel.site.watch), 10, 100);
        module_file_write(PATH_OF("d1/c.ko"), "");
        module_file_write(PATH_OF("d99/d.ko"), "");
        come_to_rest(&test);
        assert_dep(&test, "settled", "a.ko:\nb.ko: a.ko\nd1/c.ko:\nd99/d.ko:\n");
        assert_true(watch_count(test.kernel.site.watch) > 200);
}

/* A package that is being unpacked: there are new directories each time that one looks. */
static void stream_of_new_directories_does_not_put_it_off_for_ever(void **state) {
        _cleanup_watching_case_ WatchingCase test = {};
        uint64_t end = usec_monotonic() + 5000 * MS, asked;
        char path[64];

        (void) state;
        make_modules();
        watching_case_init(&test);
        asked = test.kernel.site.seq;
        for (unsigned i = 0; test.kernel.site.statistics.publications == 0; i++) {
                assert_true(usec_monotonic() < end);
                (void) snprintf(path, sizeof(path), KERNEL "/d%u/c%u.ko", i, i);
                module_file_write(path, "");
                loop_drain(test.kernel.event);
                turn(&test.kernel);
                finish_job(&test.kernel);
        }

        assert_true(kernel_is_fresh(test.kernel.kernel, asked));
        assert_true(kernel_is_published(test.kernel.kernel, asked));
        come_to_rest(&test);
        assert_state(&test.kernel, "settled");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(own_publication_is_no_change),
                TREE_TEST(modules_that_come_and_go_are_noticed),
                TREE_TEST(file_that_is_written_by_one_of_two_names_is_read_by_both),
                TREE_TEST(what_gives_no_event_is_found_by_refresh),
                TREE_TEST(external_directory_inside_of_the_tree_is_noticed),
                TREE_TEST(modules_in_new_directories_are_noticed),
                TREE_TEST(directory_that_is_made_anew_is_watched_again),
                TREE_TEST(index_files_of_others_are_noticed),
                TREE_TEST(configuration_is_noticed_even_if_it_was_not_there),
                TREE_TEST(what_links_lead_to_is_noticed),
                TREE_TEST(names_that_nothing_depends_on_are_no_change),
                TREE_TEST(directory_that_cannot_be_watched_is_looked_at_instead),
                TREE_TEST(stream_of_new_directories_does_not_put_it_off_for_ever),
                TREE_TEST(many_directories_are_watched_in_several_turns),
        };

        return cmocka_run_group_tests_name("kernel-watching", tests, NULL, NULL);
}
