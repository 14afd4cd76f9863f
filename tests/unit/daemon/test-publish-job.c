/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publish-job.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "publish-case.h"

static void all_files_are_written_where_there_are_none(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        publish_case_init(&test);
        publish(&test);
        assert_int_equal(test.job->written, OUTPUT_ALL);
        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                assert_int_equal(test.job->states[i], FILE_MISSING);
        temp_tree_read(PATH_OF("modules.dep"), &bytes);
        assert_text(&bytes, "a.ko:\nb.ko: a.ko\n");
        assert_right(&test);
}

static void nothing_is_written_where_all_is_right(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        Published before, after;

        (void) state;
        publish_case_init(&test);
        publish(&test);
        published_look(&before, KERNEL);
        publish(&test);
        published_look(&after, KERNEL);
        assert_int_equal(test.job->written, 0);
        assert_memory_equal(&before, &after, sizeof(before));
}

/* Only the checksum tells then, so a wrong one is believed. */
static void untouched_files_are_not_read(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        Published known;

        (void) state;
        publish_case_init(&test);
        publish(&test);
        known = test.job->published;
        assert_int_equal(run(&test, (PublishJob){ .known = known, .is_untouched = true }), 0);
        assert_int_equal(test.job->written, 0);
        assert_memory_equal(&test.job->published, &known, sizeof(known));

        known.checksums[OUTPUT_DEP] ^= 1;
        assert_int_equal(run(&test, (PublishJob){ .known = known }), 0);
        assert_int_equal(test.job->written, 0);
        assert_int_equal(run(&test, (PublishJob){ .known = known, .is_untouched = true }), 0);
        assert_int_equal(test.job->written, OUTPUT_BIT(OUTPUT_DEP));
        assert_right(&test);
}

static void rewriting_writes_what_is_right_too(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        Published before, after;

        (void) state;
        publish_case_init(&test);
        publish(&test);
        published_look(&before, KERNEL);
        assert_int_equal(run(&test, (PublishJob){ .rewrite = true }), 0);
        published_look(&after, KERNEL);
        assert_int_equal(test.job->written, OUTPUT_ALL);
        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                assert_false(stat_key_is_equal(&before.keys[i], &after.keys[i]));
        assert_right(&test);
}

static void truncate_file(const char *path) {
        struct stat st;

        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(truncate(path, st.st_size / 2), 0);
}

static void make_empty(const char *path) {
        assert_int_equal(truncate(path, 0), 0);
}

static void remove_file(const char *path) {
        assert_int_equal(unlink(path), 0);
}

static void make_link(const char *path) {
        remove_file(path);
        temp_tree_link("/dev/null", path);
}

static void make_dangling_link(const char *path) {
        remove_file(path);
        temp_tree_link("nowhere", path);
}

/* It leads to the right bytes, but others may change them. */
static void make_link_to_the_same(const char *path) {
        assert_int_equal(rename(path, "moved"), 0);
        temp_tree_link("../../moved", path);
}

static void make_directory(const char *path) {
        remove_file(path);
        temp_tree_make_directory(path);
}

static void make_fifo(const char *path) {
        remove_file(path);
        assert_int_equal(mkfifo(path, 0600), 0);
}

static void flip_byte(const char *path) {
        _cleanup_buffer_ Buffer bytes = {};

        temp_tree_read(path, &bytes);
        bytes.data[bytes.size / 2] ^= 1;
        temp_tree_write(path, bytes.data, bytes.size);
}

static void damaged_file_is_written_again_and_no_other(void **state) {
        static void (*const damages[])(const char *path) = {
                truncate_file,         make_empty,     remove_file, make_link, make_dangling_link,
                make_link_to_the_same, make_directory, make_fifo,   flip_byte,
        };
        static const OutputKind kinds[] = { OUTPUT_DEP, OUTPUT_DEP_BIN, OUTPUT_ALIAS_BIN };
        _cleanup_publish_case_ PublishCase test = {};

        (void) state;
        publish_case_init(&test);
        publish(&test);
        for (size_t i = 0; i < ELEMENTSOF(damages) * ELEMENTSOF(kinds); i++) {
                OutputKind kind = kinds[i % ELEMENTSOF(kinds)];
                char path[64];

                (void) snprintf(path, sizeof(path), KERNEL "/%s", output_name(kind));
                damages[i / ELEMENTSOF(kinds)](path);
                publish(&test);
                assert_int_equal(test.job->written, OUTPUT_BIT(kind));
                assert_int_equal(test.job->states[kind],
                                 damages[i / ELEMENTSOF(kinds)] == remove_file ? FILE_MISSING
                                                                               : FILE_DIFFERENT);
                assert_right(&test);
        }
}

static void directory_with_something_in_it_is_not_removed(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        struct stat st;

        (void) state;
        publish_case_init(&test);
        publish(&test);
        remove_file(PATH_OF("modules.alias"));
        temp_tree_write_text(PATH_OF("modules.alias/precious"), "x");
        assert_true(run(&test, (PublishJob){}) < 0);
        assert_string_equal(test.job->failed, "modules.alias");
        assert_int_equal(test.job->written, 0);
        assert_int_equal(stat(PATH_OF("modules.alias/precious"), &st), 0);
}

/* Renders one file in another layout in place of the published one. */
static void write_layout(const PublishCase *test, OutputKind kind, IndexLayout layout) {
        const Model *model = &test->snapshot->model;
        _cleanup_output_set_ OutputSet outputs = {};
        _cleanup_dep_lines_ DepLines lines = {};
        OutputKind failed;
        char path[64];

        assert_int_equal(dep_lines_render(&lines, model), 0);
        assert_int_equal(
                output_render(
                        &outputs, model, &lines,
                        &(OutputOptions){ .layout = layout, .kinds = OUTPUT_ALL, .n_workers = 1 },
                        NULL, &failed),
                0);
        (void) snprintf(path, sizeof(path), KERNEL "/%s", output_name(kind));
        temp_tree_write(path, outputs.files[kind].data, outputs.files[kind].size);
}

static void files_in_the_order_of_an_older_kmod_are_left_alone(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        Published before, after;

        (void) state;
        publish_case_init(&test);
        publish(&test);
        write_layout(&test, OUTPUT_ALIAS_BIN, INDEX_POSTORDER);
        write_layout(&test, OUTPUT_DEP_BIN, INDEX_POSTORDER);
        published_look(&before, KERNEL);
        publish(&test);
        published_look(&after, KERNEL);
        assert_int_equal(test.job->written, 0);
        assert_int_equal(test.job->states[OUTPUT_ALIAS_BIN], FILE_EQUIVALENT);
        assert_int_equal(test.job->states[OUTPUT_DEP_BIN], FILE_EQUIVALENT);
        assert_int_equal(test.job->states[OUTPUT_SYMBOLS_BIN], FILE_SAME);
        assert_memory_equal(&before, &after, sizeof(before));

        flip_byte(PATH_OF("modules.alias.bin"));
        publish(&test);
        assert_int_equal(test.job->written, OUTPUT_BIT(OUTPUT_ALIAS_BIN));
}

static void dry_run_compares_and_writes_nothing(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        _cleanup_buffer_ Buffer names = {};
        struct stat before, after;

        (void) state;
        publish_case_init(&test);
        temp_tree_write_text(PATH_OF("modules.dep"), "b.ko: a.ko\nc.ko:\n");
        assert_int_equal(stat(KERNEL, &before), 0);
        assert_int_equal(run(&test, (PublishJob){ .dry_run = true }), 0);
        assert_int_equal(stat(KERNEL, &after), 0);
        temp_tree_list(KERNEL, &names);
        assert_text(&names, "a.ko b.ko modules.dep modules.order");
        assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);

        assert_int_equal(test.job->written, 0);
        assert_int_equal(test.job->states[OUTPUT_DEP], FILE_DIFFERENT);
        assert_int_equal(test.job->old_sizes[OUTPUT_DEP], 17);
        assert_int_equal(test.job->differences[OUTPUT_DEP].n_added, 1);
        assert_int_equal(test.job->differences[OUTPUT_DEP].n_removed, 1);
        assert_int_equal(test.job->states[OUTPUT_ALIAS], FILE_MISSING);
        assert_true(test.job->differences[OUTPUT_ALIAS].n_added >= 3);
        assert_text(&test.job->outputs.files[OUTPUT_DEP], "a.ko:\nb.ko: a.ko\n");
}

static void keys_of_all_files_are_told(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        Published now;

        (void) state;
        publish_case_init(&test);
        publish(&test);
        published_look(&now, KERNEL);
        assert_memory_equal(now.keys, test.job->published.keys, sizeof(now.keys));
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                char path[64];
                struct stat st;
                StatKey key;

                (void) snprintf(path, sizeof(path), KERNEL "/%s", output_name(i));
                assert_int_equal(stat(path, &st), 0);
                key = stat_key_of(&st);
                assert_true(stat_key_is_equal(&now.keys[i], &key));
        }
        published_look(&now, "nowhere");
        assert_int_equal(now.keys[OUTPUT_DEP].inode, 0);
}

static void files_that_were_all_removed_are_not_wanted_back(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        _cleanup_buffer_ Buffer names = {};

        (void) state;
        publish_case_init(&test);
        assert_int_equal(run(&test, (PublishJob){ .is_repair = true }), 0);
        assert_true(test.job->is_withdrawn);
        assert_int_equal(test.job->written, 0);
        temp_tree_list(KERNEL, &names);
        assert_text(&names, "a.ko b.ko modules.order");

        temp_tree_write_text(PATH_OF("modules.devname"), "");
        assert_int_equal(run(&test, (PublishJob){ .is_repair = true }), 0);
        assert_false(test.job->is_withdrawn);
        assert_right(&test);
}

static void without_the_directory_it_fails(void **state) {
        _cleanup_publish_case_ PublishCase test = {};

        (void) state;
        publish_case_init(&test);
        assert_int_equal(rename(KERNEL, "elsewhere"), 0);
        assert_int_equal(run(&test, (PublishJob){}), -ENOENT);
        assert_int_equal(run(&test, (PublishJob){ .dry_run = true }), -ENOENT);
}

static void withdrawing_removes_what_is_known_and_the_empty_directory(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        struct stat st;

        (void) state;
        publish_case_init(&test);
        publish(&test);
        remove_file(PATH_OF("a.ko"));
        remove_file(PATH_OF("b.ko"));
        remove_file(PATH_OF("modules.order"));
        assert_int_equal(published_withdraw(&test.job->published, KERNEL), OUTPUT_KINDS);
        assert_int_equal(stat(KERNEL, &st), -1);
        assert_int_equal(published_withdraw(&test.job->published, KERNEL), 0);
}

static void withdrawing_leaves_what_others_wrote(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        _cleanup_buffer_ Buffer names = {};

        (void) state;
        publish_case_init(&test);
        publish(&test);
        remove_file(PATH_OF("modules.dep"));
        temp_tree_write_text(PATH_OF("modules.dep"), "mine\n");
        remove_file(PATH_OF("modules.alias"));
        assert_int_equal(published_withdraw(&test.job->published, KERNEL), OUTPUT_KINDS - 2);
        temp_tree_list(KERNEL, &names);
        assert_text(&names, "a.ko b.ko modules.dep modules.order");
}

/* Somebody has just made it and is about to fill it. */
static void withdrawing_nothing_leaves_an_empty_directory(void **state) {
        const Published nothing = {};
        struct stat st;

        (void) state;
        temp_tree_make_directory(KERNEL);
        assert_int_equal(published_withdraw(&nothing, KERNEL), 0);
        assert_int_equal(stat(KERNEL, &st), 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(all_files_are_written_where_there_are_none),
                TREE_TEST(nothing_is_written_where_all_is_right),
                TREE_TEST(untouched_files_are_not_read),
                TREE_TEST(rewriting_writes_what_is_right_too),
                TREE_TEST(damaged_file_is_written_again_and_no_other),
                TREE_TEST(directory_with_something_in_it_is_not_removed),
                TREE_TEST(files_in_the_order_of_an_older_kmod_are_left_alone),
                TREE_TEST(dry_run_compares_and_writes_nothing),
                TREE_TEST(keys_of_all_files_are_told),
                TREE_TEST(files_that_were_all_removed_are_not_wanted_back),
                TREE_TEST(without_the_directory_it_fails),
                TREE_TEST(withdrawing_removes_what_is_known_and_the_empty_directory),
                TREE_TEST(withdrawing_leaves_what_others_wrote),
                TREE_TEST(withdrawing_nothing_leaves_an_empty_directory),
        };

        return cmocka_run_group_tests_name("publish-job", tests, NULL, NULL);
}
