/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
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
        _cleanup_(string_table_freep) StringTable *table = NULL;

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
        _cleanup_(string_table_freep) StringTable *table = NULL;
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
        _cleanup_(string_table_freep) StringTable *table = NULL;

        (void) state;

        assert_int_equal(string_table_new(&table), 0);
        assert_int_equal(intern(table, "ext4"), 0);
        assert_int_equal(intern(table, "ext"), 1);
        assert_int_equal(find(table, "ext4"), 0);
        assert_int_equal(find(table, "ext"), 1);
        assert_int_equal(find(table, "ex"), STRING_NONE);
}

static void find_adds_nothing(void **state) {
        _cleanup_(string_table_freep) StringTable *table = NULL;

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
        _cleanup_(string_table_freep) StringTable *table = NULL;

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

static void merge_maps_old_ids_to_new(void **state) {
        _cleanup_(string_table_freep) StringTable *table = NULL, *other = NULL;
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
        _cleanup_(string_table_freep) StringTable *table = NULL, *other = NULL;
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
}

static void empty_table_merges(void **state) {
        _cleanup_(string_table_freep) StringTable *table = NULL, *other = NULL;
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

        assert_null(string_table_free(NULL));
        assert_int_equal(string_table_new(&table), 0);
        assert_null(string_table_free(table));
}

static void clone_has_the_same_strings_under_the_same_ids(void **state) {
        _cleanup_(string_table_freep) StringTable *table = NULL, *clone = NULL;
        char string[16];

        (void) state;
        assert_int_equal(string_table_new(&table), 0);
        for (unsigned i = 0; i < 3000; i++) {
                (void) snprintf(string, sizeof(string), "string-%u", i);
                assert_int_equal(intern(table, string), i);
        }
        assert_int_equal(string_table_clone(&clone, table), 0);
        table = string_table_free(table);

        assert_int_equal(string_table_count(clone), 3000);
        for (unsigned i = 0; i < 3000; i++) {
                (void) snprintf(string, sizeof(string), "string-%u", i);
                assert_string_equal(string_table_get(clone, i), string);
                assert_int_equal(string_table_size(clone, i), strlen(string));
                assert_int_equal(find(clone, string), i);
        }
}

static void clone_and_original_grow_apart(void **state) {
        _cleanup_(string_table_freep) StringTable *table = NULL, *clone = NULL;

        (void) state;
        assert_int_equal(string_table_new(&table), 0);
        intern(table, "both");
        assert_int_equal(string_table_clone(&clone, table), 0);
        assert_int_equal(intern(clone, "clone"), 1);
        assert_int_equal(intern(table, "table"), 1);
        assert_int_equal(find(table, "clone"), STRING_NONE);
        assert_int_equal(find(clone, "table"), STRING_NONE);
        assert_string_equal(string_table_get(clone, 1), "clone");
        assert_string_equal(string_table_get(table, 1), "table");
        assert_int_equal(intern(clone, "both"), 0);
}

static void clone_of_an_empty_table_is_empty_and_can_be_filled(void **state) {
        _cleanup_(string_table_freep) StringTable *table = NULL, *clone = NULL;

        (void) state;
        assert_int_equal(string_table_new(&table), 0);
        assert_int_equal(string_table_clone(&clone, table), 0);
        assert_int_equal(string_table_count(clone), 0);
        assert_int_equal(find(clone, "x"), STRING_NONE);
        assert_int_equal(intern(clone, "x"), 0);
        assert_string_equal(string_table_get(clone, 0), "x");
}

static void table_of_a_pool_has_its_strings_in_order(void **state) {
        static const char pool[] = "one\0\0three";
        _cleanup_(string_table_freep) StringTable *table = NULL, *empty = NULL;

        (void) state;
        assert_int_equal(string_table_new_of_pool(&table, pool, sizeof(pool), 3), 0);
        assert_int_equal(string_table_count(table), 3);
        assert_string_equal(string_table_get(table, 0), "one");
        assert_int_equal(find(table, "one"), 0);
        assert_int_equal(find(table, ""), 1);
        assert_int_equal(find(table, "three"), 2);
        assert_int_equal(string_table_size(table, 2), 5);
        assert_int_equal(intern(table, "four"), 3);
        assert_int_equal(intern(table, "three"), 2);

        assert_int_equal(string_table_new_of_pool(&empty, NULL, 0, 0), 0);
        assert_int_equal(string_table_count(empty), 0);
        assert_int_equal(intern(empty, "x"), 0);
}

static void table_of_a_large_pool_finds_all(void **state) {
        _cleanup_(string_table_freep) StringTable *table = NULL;
        _cleanup_free_ char *pool = malloc(5000 * 6);
        char text[8];
        size_t size = 0;

        (void) state;
        assert_non_null(pool);
        for (int i = 0; i < 5000; i++)
                size += (size_t) sprintf(pool + size, "s%d", i) + 1;
        assert_int_equal(string_table_new_of_pool(&table, pool, size, 5000), 0);
        for (int i = 0; i < 5000; i++) {
                (void) snprintf(text, sizeof(text), "s%d", i);
                assert_int_equal(find(table, text), i);
                assert_int_equal(intern(table, text), i);
        }
        assert_int_equal(intern(table, "more"), 5000);
}

static void pool_of_other_strings_is_refused(void **state) {
        StringTable *table = NULL;

        (void) state;
        assert_int_equal(string_table_new_of_pool(&table, "a\0a", 4, 2), -EBADMSG);
        assert_int_equal(string_table_new_of_pool(&table, "a\0b", 3, 2), -EBADMSG);
        assert_int_equal(string_table_new_of_pool(&table, "a\0b", 4, 1), -EBADMSG);
        assert_int_equal(string_table_new_of_pool(&table, "a\0b", 4, 3), -EBADMSG);
        assert_int_equal(string_table_new_of_pool(&table, "a\0b", 4, 5), -EBADMSG);
        assert_int_equal(string_table_new_of_pool(&table, NULL, 0, 1), -EBADMSG);
        assert_int_equal(string_table_new_of_pool(&table, "a", 2, UINT32_MAX), -EOVERFLOW);
        assert_null(table);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(ids_are_dense_in_the_order_of_the_first_intern),
                cmocka_unit_test(string_comes_back_terminated_and_with_its_size),
                cmocka_unit_test(beginning_of_a_string_is_another_string),
                cmocka_unit_test(find_adds_nothing),
                cmocka_unit_test(ids_outlive_growth),
                cmocka_unit_test(merge_maps_old_ids_to_new),
                cmocka_unit_test(merge_of_many_strings_loses_none),
                cmocka_unit_test(empty_table_merges),
                cmocka_unit_test(free_takes_and_gives_null),
                cmocka_unit_test(clone_has_the_same_strings_under_the_same_ids),
                cmocka_unit_test(clone_and_original_grow_apart),
                cmocka_unit_test(clone_of_an_empty_table_is_empty_and_can_be_filled),
                cmocka_unit_test(table_of_a_pool_has_its_strings_in_order),
                cmocka_unit_test(table_of_a_large_pool_finds_all),
                cmocka_unit_test(pool_of_other_strings_is_refused),
        };

        return cmocka_run_group_tests_name("string-table", tests, NULL, NULL);
}
