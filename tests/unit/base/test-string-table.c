/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "string-table.h"

static StringId intern(StringTable *table, const char *string) {
        StringId id = STRING_NONE;

        assert_int_equal(string_table_intern(table, string, strlen(string), &id), 0);
        return id;
}

static StringId find(const StringTable *table, const char *string) {
        return string_table_find(table, string, strlen(string));
}

static void ids_are_dense_in_the_order_of_the_first_intern(void **state) {
        _cleanup_(string_table_unrefp) StringTable *table = NULL;

        (void) state;

        assert_int_equal(string_table_new(&table), 0);
        assert_int_equal(string_table_count(table), 0);
        assert_int_equal(intern(table, "usbcore"), 0);
        assert_int_equal(intern(table, "ext4"), 1);
        assert_int_equal(intern(table, "usbcore"), 0);
        assert_int_equal(intern(table, ""), 2);
        assert_int_equal(intern(table, "xfs"), 3);
        assert_int_equal(intern(table, ""), 2);
        assert_int_equal(string_table_count(table), 4);
}

static void string_comes_back_terminated_and_with_its_size(void **state) {
        _cleanup_(string_table_unrefp) StringTable *table = NULL;
        StringId id;

        (void) state;

        assert_int_equal(string_table_new(&table), 0);
        assert_int_equal(string_table_intern(table, "ext4-and-more", 4, &id), 0);
        intern(table, "");
        intern(table, "\xff\x80 bytes");

        assert_string_equal(string_table_get(table, id), "ext4");
        assert_int_equal(string_table_size(table, id), 4);
        assert_string_equal(string_table_get(table, 1), "");
        assert_int_equal(string_table_size(table, 1), 0);
        assert_string_equal(string_table_get(table, 2), "\xff\x80 bytes");
        assert_int_equal(string_table_size(table, 2), 8);
}

static void beginning_of_a_string_is_another_string(void **state) {
        _cleanup_(string_table_unrefp) StringTable *table = NULL;

        (void) state;

        assert_int_equal(string_table_new(&table), 0);
        assert_int_equal(intern(table, "ext4"), 0);
        assert_int_equal(intern(table, "ext"), 1);
        assert_int_equal(find(table, "ext4"), 0);
        assert_int_equal(find(table, "ext"), 1);
        assert_int_equal(find(table, "ex"), STRING_NONE);
}

static void find_adds_nothing(void **state) {
        _cleanup_(string_table_unrefp) StringTable *table = NULL;

        (void) state;

        assert_int_equal(string_table_new(&table), 0);
        assert_int_equal(find(table, "ext4"), STRING_NONE);
        assert_int_equal(find(table, "ext4"), STRING_NONE);
        assert_int_equal(string_table_count(table), 0);
        assert_int_equal(intern(table, "ext4"), 0);
        assert_int_equal(find(table, "ext4"), 0);
}

static void intern_n(StringTable *table, const char *prefix, uint32_t from, uint32_t to) {
        for (uint32_t i = from; i < to; i++) {
                char name[32];

                snprintf(name, sizeof(name), "%s%u", prefix, i);
                assert_int_equal(intern(table, name), i);
        }
}

static void ids_outlive_growth(void **state) {
        _cleanup_(string_table_unrefp) StringTable *table = NULL;

        (void) state;

        assert_int_equal(string_table_new(&table), 0);
        intern_n(table, "symbol_", 0, 100000);
        assert_int_equal(string_table_count(table), 100000);

        for (uint32_t i = 0; i < 100000; i++) {
                char name[32];

                snprintf(name, sizeof(name), "symbol_%u", i);
                assert_int_equal(find(table, name), i);
                assert_string_equal(string_table_get(table, i), name);
        }
        assert_int_equal(find(table, "symbol_100000"), STRING_NONE);
}

static void room_for_strings_changes_none(void **state) {
        _cleanup_(string_table_unrefp) StringTable *table = NULL;
        char name[32];

        (void) state;

        assert_int_equal(string_table_new(&table), 0);
        intern_n(table, "early", 0, 100);
        assert_int_equal(string_table_reserve(table, 20000), 0);
        assert_int_equal(string_table_reserve(table, 0), 0);
        intern_n(table, "late", 100, 30000);

        for (uint32_t i = 0; i < 30000; i++) {
                (void) snprintf(name, sizeof(name), "%s%u", i < 100 ? "early" : "late", i);
                assert_int_equal(find(table, name), i);
        }
        assert_int_equal(find(table, "early100"), STRING_NONE);
}

static void merge_maps_old_ids_to_new(void **state) {
        _cleanup_(string_table_unrefp) StringTable *table = NULL, *other = NULL;
        _cleanup_free_ StringId *map = NULL;

        (void) state;

        assert_int_equal(string_table_new(&table), 0);
        assert_int_equal(string_table_new(&other), 0);
        intern(table, "shared");
        intern(table, "ours");
        intern(other, "theirs");
        intern(other, "shared");
        intern(other, "");

        assert_int_equal(string_table_merge(table, other, &map), 0);
        assert_int_equal(string_table_count(table), 4);
        assert_int_equal(map[1], 0);
        assert_int_equal(find(table, "ours"), 1);
        for (StringId id = 0; id < string_table_count(other); id++)
                assert_string_equal(string_table_get(table, map[id]), string_table_get(other, id));
        assert_int_equal(string_table_count(other), 3);
        assert_string_equal(string_table_get(other, 0), "theirs");
}

static void merge_of_many_strings_loses_none(void **state) {
        _cleanup_(string_table_unrefp) StringTable *table = NULL, *other = NULL;
        _cleanup_free_ StringId *map = NULL;

        (void) state;

        assert_int_equal(string_table_new(&table), 0);
        assert_int_equal(string_table_new(&other), 0);
        intern_n(table, "s", 0, 20000);
        for (uint32_t i = 50000; i-- > 0;) {
                char name[32];

                snprintf(name, sizeof(name), "s%u", i);
                intern(other, name);
        }

        assert_int_equal(string_table_merge(table, other, &map), 0);
        assert_int_equal(string_table_count(table), 50000);
        for (StringId id = 0; id < 50000; id++)
                assert_string_equal(string_table_get(table, map[id]), string_table_get(other, id));
        for (StringId id = 30000; id < 50000; id++)
                assert_int_equal(map[id], 49999 - id);
        /* New ones in the order in which the other table met them. */
        for (StringId id = 0; id < 30000; id++)
                assert_int_equal(map[id], 20000 + id);
}

static void empty_table_merges(void **state) {
        _cleanup_(string_table_unrefp) StringTable *table = NULL, *other = NULL;
        _cleanup_free_ StringId *map = NULL;

        (void) state;

        assert_int_equal(string_table_new(&table), 0);
        assert_int_equal(string_table_new(&other), 0);
        intern(table, "ext4");
        assert_int_equal(string_table_merge(table, other, &map), 0);
        assert_non_null(map);
        assert_int_equal(string_table_count(table), 1);
}

static void free_takes_and_gives_null(void **state) {
        StringTable *table = NULL;

        (void) state;

        assert_null(string_table_unref(NULL));
        assert_int_equal(string_table_new(&table), 0);
        assert_null(string_table_unref(table));
}

static void pointers_stay_valid_while_the_table_grows(void **state) {
        _cleanup_(string_table_unrefp) StringTable *table = NULL;
        const char *first, *large;
        char *text = calloc(1, 100001);
        char string[16];

        (void) state;
        assert_non_null(text);
        memset(text, 'x', 100000);
        assert_int_equal(string_table_new(&table), 0);
        assert_int_equal(intern(table, "first"), 0);
        assert_int_equal(intern(table, text), 1);
        first = string_table_get(table, 0);
        large = string_table_get(table, 1);
        for (unsigned i = 0; i < 50000; i++) {
                (void) snprintf(string, sizeof(string), "string-%u", i);
                assert_int_equal(intern(table, string), i + 2);
        }

        assert_ptr_equal(string_table_get(table, 0), first);
        assert_ptr_equal(string_table_get(table, 1), large);
        assert_string_equal(first, "first");
        assert_string_equal(large, text);
        assert_int_equal(string_table_size(table, 1), 100000);
        assert_int_equal(find(table, text), 1);
        free(text);
}

static void last_reference_frees_the_table(void **state) {
        _cleanup_(string_table_unrefp) StringTable *table = NULL;
        StringTable *other;

        (void) state;
        assert_int_equal(string_table_new(&table), 0);
        other = string_table_ref(table);
        assert_ptr_equal(other, table);
        assert_null(string_table_unref(other));
        assert_int_equal(intern(table, "still"), 0);
}

#define THREADS 4
#define STRINGS 20000

static void *intern_many(void *userdata) {
        StringTable *table = userdata;
        char string[16];

        for (unsigned i = 0; i < STRINGS; i++) {
                StringId id;
                int size = snprintf(string, sizeof(string), "%u", i);

                if (string_table_intern(table, string, (size_t) size, &id) < 0 ||
                    strcmp(string_table_get(table, id), string) != 0 ||
                    string_table_find(table, string, (size_t) size) != id)
                        return table;
        }

        return NULL;
}

/* ThreadSanitizer and the ids tell. */
static void shared_table_gives_all_threads_the_same_ids(void **state) {
        _cleanup_(string_table_unrefp) StringTable *table = NULL;
        pthread_t threads[THREADS];
        void *failed;

        (void) state;
        assert_int_equal(string_table_new(&table), 0);
        string_table_share(table);
        for (size_t i = 0; i < THREADS; i++)
                assert_int_equal(pthread_create(&threads[i], NULL, intern_many, table), 0);
        for (size_t i = 0; i < THREADS; i++) {
                assert_int_equal(pthread_join(threads[i], &failed), 0);
                assert_null(failed);
        }
        assert_int_equal(string_table_count(table), STRINGS);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(ids_are_dense_in_the_order_of_the_first_intern),
                cmocka_unit_test(string_comes_back_terminated_and_with_its_size),
                cmocka_unit_test(beginning_of_a_string_is_another_string),
                cmocka_unit_test(find_adds_nothing),
                cmocka_unit_test(ids_outlive_growth),
                cmocka_unit_test(room_for_strings_changes_none),
                cmocka_unit_test(merge_maps_old_ids_to_new),
                cmocka_unit_test(merge_of_many_strings_loses_none),
                cmocka_unit_test(empty_table_merges),
                cmocka_unit_test(free_takes_and_gives_null),
                cmocka_unit_test(pointers_stay_valid_while_the_table_grows),
                cmocka_unit_test(last_reference_frees_the_table),
                cmocka_unit_test(shared_table_gives_all_threads_the_same_ids),
        };

        return cmocka_run_group_tests_name("string-table", tests, NULL, NULL);
}
