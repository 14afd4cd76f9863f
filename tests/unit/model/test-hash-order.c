/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hash-order.h"

#include <endian.h>

#include "test-case.h"

typedef struct Vector {
        const char *name;
        uint32_t hash, of_512, of_2048;
} Vector;

/* The table of section 3.5, made by kmod on a little-endian machine. */
static const Vector vectors[] = {
        { "", 0x00000000, 0, 0 },
        { "a", 0x115ea782, 386, 1922 },
        { "ab", 0x516b8b44, 324, 836 },
        { "abc", 0xd2be198a, 394, 394 },
        { "abcd", 0xdad8b8db, 219, 219 },
        { "abcde", 0x51ed072e, 302, 1838 },
        { "ext4", 0xe679ab16, 278, 790 },
        { "xfs", 0x7ddb26d9, 217, 1753 },
        { "aa", 0x008ad357, 343, 855 },
        { "a_b", 0x7a9c1561, 353, 1377 },
        { "mod_foo", 0x37c043cb, 459, 971 },
        { "crc32c_generic", 0x001133f4, 500, 1012 },
        { "snd_hda_intel", 0x6e4028a1, 161, 161 },
        { "drm_kms_helper", 0xc4537eb8, 184, 1720 },
        { "printk", 0x6a0863d1, 465, 977 },
        { "__SCT__might_resched", 0xd8dd8168, 360, 360 },
        /* beyond ASCII: the odd byte at the end is a signed char */
        { "\xe9", 0x69ea06c0, 192, 1728 },
        { "\xc3\xa9", 0xc4fba554, 340, 1364 },
        { "ab\xe9", 0xb4dfd4b5, 181, 1205 },
        { "abcd\xff", 0xbc3c1b4d, 333, 845 },
        { "abcdef\xff", 0xf93e9954, 340, 340 },
        { "\xff\xff\xff\xff", 0x36266d6b, 363, 1387 },
};

static void hash_is_kmods(void **state) {
        (void) state;
        if (__BYTE_ORDER != __LITTLE_ENDIAN)
                skip();
        for (size_t i = 0; i < ELEMENTSOF(vectors); i++) {
                uint32_t hash = hash_order_hash(vectors[i].name, strlen(vectors[i].name));

                assert_int_equal(hash, vectors[i].hash);
                assert_int_equal(hash & (HASH_BUCKETS_MODULES - 1), vectors[i].of_512);
                assert_int_equal(hash & (HASH_BUCKETS_SYMBOLS - 1), vectors[i].of_2048);
        }
}

static void name_needs_no_nul(void **state) {
        (void) state;
        assert_int_equal(hash_order_hash("abcde", 3), hash_order_hash("abc", 3));
        assert_int_equal(hash_order_hash("abcde", 0), 0);
}

static size_t make_items(HashItem *items) {
        for (size_t i = 0; i < ELEMENTSOF(vectors); i++)
                items[i] = (HashItem){ .name = vectors[i].name,
                                       .size = (uint32_t) strlen(vectors[i].name),
                                       .item = (uint32_t) i };
        return ELEMENTSOF(vectors);
}

static void names_are_sorted_by_bucket(void **state) {
        static const uint32_t n_buckets[] = { HASH_BUCKETS_MODULES, HASH_BUCKETS_SYMBOLS };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(n_buckets); i++) {
                HashItem items[ELEMENTSOF(vectors)];
                size_t count = make_items(items);
                uint32_t seen = 0;

                assert_int_equal(hash_order_sort(items, count, n_buckets[i]), 0);
                for (size_t k = 0; k < count; k++) {
                        const Vector *vector = &vectors[items[k].item];

                        assert_string_equal(items[k].name, vector->name);
                        assert_int_equal(items[k].bucket,
                                         hash_order_hash(items[k].name, items[k].size) &
                                                 (n_buckets[i] - 1));
                        if (k > 0)
                                assert_true(items[k - 1].bucket <= items[k].bucket);
                        seen |= 1U << items[k].item;
                }
                assert_int_equal(seen, (1U << count) - 1);
        }
}

/* One bucket for all: what is left is the order of strcmp(), with bytes unsigned. */
static void names_of_one_bucket_are_sorted_by_their_bytes(void **state) {
        static const char *const sorted[] = {
                "",
                "__SCT__might_resched",
                "a",
                "a_b",
                "aa",
                "ab",
                "abc",
                "abcd",
                "abcde",
                "abcdef\xff",
                "abcd\xff",
                "ab\xe9",
                "crc32c_generic",
        };
        HashItem items[ELEMENTSOF(vectors)];
        size_t count = make_items(items);

        (void) state;
        assert_int_equal(hash_order_sort(items, count, 1), 0);
        for (size_t i = 0; i < ELEMENTSOF(sorted); i++)
                assert_string_equal(items[i].name, sorted[i]);
        assert_string_equal(items[count - 1].name, "\xff\xff\xff\xff");
}

static void order_does_not_depend_on_the_order_before(void **state) {
        HashItem items[ELEMENTSOF(vectors)], reversed[ELEMENTSOF(vectors)];
        size_t count = make_items(items);

        (void) state;
        for (size_t i = 0; i < count; i++)
                reversed[i] = items[count - 1 - i];
        assert_int_equal(hash_order_sort(items, count, 4), 0);
        assert_int_equal(hash_order_sort(reversed, count, 4), 0);
        for (size_t i = 0; i < count; i++)
                assert_int_equal(items[i].item, reversed[i].item);
}

static void nothing_may_be_sorted(void **state) {
        HashItem item = {};

        (void) state;
        assert_int_equal(hash_order_sort(&item, 0, HASH_BUCKETS_MODULES), 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(hash_is_kmods),
                cmocka_unit_test(name_needs_no_nul),
                cmocka_unit_test(names_are_sorted_by_bucket),
                cmocka_unit_test(names_of_one_bucket_are_sorted_by_their_bytes),
                cmocka_unit_test(order_does_not_depend_on_the_order_before),
                cmocka_unit_test(nothing_may_be_sorted),
        };

        return cmocka_run_group_tests_name("hash-order", tests, NULL, NULL);
}
