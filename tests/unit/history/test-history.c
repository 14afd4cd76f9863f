/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "history-file.h"
#include "temp-tree.h"
#include "test-case.h"

#define FILE_PATH "root/var/lib/depmodd/1.0.history"

static char root[4096];

static int enter(void **state) {
        int r = temp_tree_enter(state);
        char *path = temp_tree_path("root");

        (void) snprintf(root, sizeof(root), "%s", path);
        free(path);
        temp_tree_make_directory("root/var/lib/depmodd");
        return r;
}

#define HISTORY_TEST(name) cmocka_unit_test_setup_teardown(name, enter, temp_tree_leave)

static void add(uint64_t generation, const char *name, size_t name_size) {
        const char *const files[] = { "modules.dep", NULL };
        _cleanup_change_list_ ChangeList changes = {};
        _cleanup_history_ History history = {};
        char *copy = strndup(name, name_size);

        assert_int_equal(history_load(&history, root, "1.0"), 0);
        assert_int_equal(change_list_add(&changes, CHANGE_ADDED, copy), 0);
        changes.is_truncated = generation == 7;
        assert_int_equal(history_save(&history,
                                      &(HistoryNews){ .generation = generation,
                                                      .time_usec = 100 + generation,
                                                      .changes = &changes,
                                                      .files = files },
                                      root, "1.0"),
                         0);
        free(copy);
}

/* "generation time truncated item..." of each */
static void check(const char *expected) {
        _cleanup_history_ History history = {};
        _cleanup_buffer_ Buffer text = {};

        assert_int_equal(history_load(&history, root, "1.0"), 0);
        for (size_t i = 0; i < history.count; i++) {
                const HistoryEntry *entry = &history.entries[i];
                const char *item = entry->items;

                buffer_append_format(&text, "%" PRIu64 " %" PRIu64 "%s", entry->generation,
                                     entry->time_usec, entry->is_truncated ? " truncated" : "");
                for (size_t k = 0; k < entry->n_items; k++, item += strlen(item) + 1)
                        buffer_append_format(&text, " %s", item);
                buffer_append_byte(&text, '\n');
        }
        assert_text(&text, expected);
}

static void publications_are_kept_in_their_order(void **state) {
        (void) state;
        check("");
        add(5, "a", 1);
        add(7, "b\nc", 3);
        check("5 105 +a >modules.dep\n7 107 truncated +b\nc >modules.dep\n");
}

static void only_the_last_entries_are_kept(void **state) {
        _cleanup_history_ History history = {};

        (void) state;
        for (uint64_t i = 1; i <= HISTORY_ENTRIES_MAX + 10; i++)
                add(i, "a", 1);
        assert_int_equal(history_load(&history, root, "1.0"), 0);
        assert_int_equal(history.count, HISTORY_ENTRIES_MAX);
        assert_int_equal(history.entries[0].generation, 11);
}

static void large_entries_push_more_of_the_old_ones_out(void **state) {
        static char name[60000];
        _cleanup_history_ History history = {};
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        memset(name, 'n', sizeof(name));
        for (uint64_t i = 1; i <= 5; i++)
                add(i, name, sizeof(name));
        assert_int_equal(history_load(&history, root, "1.0"), 0);
        assert_int_equal(history.count, 2);
        assert_int_equal(history.entries[1].generation, 5);
        temp_tree_read(FILE_PATH, &bytes);
        assert_true(bytes.size <= HISTORY_SIZE_MAX);
}

static void every_damage_is_found(void **state) {
        _cleanup_buffer_ Buffer whole = {};

        (void) state;
        add(5, "a", 1);
        temp_tree_read(FILE_PATH, &whole);
        for (size_t i = 0; i < whole.size; i++) {
                _cleanup_history_ History history = {};

                whole.data[i] ^= 4;
                temp_tree_write(FILE_PATH, whole.data, whole.size);
                whole.data[i] ^= 4;
                assert_int_equal(history_load(&history, root, "1.0"), HISTORY_IS_DAMAGED);
        }
        for (size_t size = 1; size < whole.size; size++) {
                _cleanup_history_ History history = {};

                temp_tree_write(FILE_PATH, whole.data, size);
                assert_int_equal(history_load(&history, root, "1.0"), HISTORY_IS_DAMAGED);
        }
}

static void file_of_another_kind_or_size_is_damaged(void **state) {
        _cleanup_buffer_ Buffer large = {};
        _cleanup_history_ History history = {};

        (void) state;
        for (size_t i = 0; i < 2 * HISTORY_SIZE_MAX + 1; i++)
                buffer_append_byte(&large, 'x');
        temp_tree_write(FILE_PATH, large.data, large.size);
        assert_int_equal(history_load(&history, root, "1.0"), HISTORY_IS_DAMAGED);
        temp_tree_write(FILE_PATH, "", 0);
        assert_int_equal(history_load(&history, root, "1.0"), 0);
}

static void without_a_directory_there_is_none(void **state) {
        const char *const files[] = { NULL };
        _cleanup_history_ History history = {};
        const ChangeList changes = {};

        (void) state;
        temp_tree_make_directory("bare");
        strcpy(strrchr(root, '/') + 1, "bare");
        assert_int_equal(history_load(&history, root, "1.0"), 0);
        assert_int_equal(history_save(&history,
                                      &(HistoryNews){ .changes = &changes, .files = files }, root,
                                      "1.0"),
                         -ENOENT);
}

static void nothing_but_the_file_is_left(void **state) {
        _cleanup_buffer_ Buffer names = {};

        (void) state;
        add(5, "a", 1);
        temp_tree_list("root/var/lib/depmodd", &names);
        assert_text(&names, "1.0.history");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                HISTORY_TEST(publications_are_kept_in_their_order),
                HISTORY_TEST(only_the_last_entries_are_kept),
                HISTORY_TEST(large_entries_push_more_of_the_old_ones_out),
                HISTORY_TEST(every_damage_is_found),
                HISTORY_TEST(file_of_another_kind_or_size_is_damaged),
                HISTORY_TEST(without_a_directory_there_is_none),
                HISTORY_TEST(nothing_but_the_file_is_left),
        };

        return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
