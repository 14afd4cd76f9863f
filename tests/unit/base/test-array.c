/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "array.h"
#include "macro.h"

/* The address sanitizer ends a program that asks for too much, if it is not asked not to. */
const char *__asan_default_options(void);
__attribute__((used, visibility("default"))) const char *__asan_default_options(void) {
        return "allocator_may_return_null=1";
}

static void all_that_was_asked_for_can_be_written(void **state) {
        (void) state;

        for (size_t n = 1; n < 100; n++) {
                _cleanup_free_ uint32_t *items = NULL;
                size_t capacity = 0;

                assert_int_equal(ARRAY_RESERVE(items, capacity, n), 0);
                assert_true(capacity >= n);
                for (size_t i = 0; i < capacity; i++)
                        items[i] = (uint32_t) i;
        }
}

static void elements_survive_growth(void **state) {
        _cleanup_free_ uint64_t *items = NULL;
        size_t capacity = 0;

        (void) state;

        for (size_t i = 0; i < 10000; i++) {
                assert_int_equal(ARRAY_RESERVE(items, capacity, i + 1), 0);
                items[i] = i * i;
        }
        for (size_t i = 0; i < 10000; i++)
                assert_int_equal(items[i], i * i);
}

static void enough_room_is_left_as_it_is(void **state) {
        _cleanup_free_ char *items = NULL;
        size_t capacity = 0, before;
        char *place;

        (void) state;

        assert_int_equal(ARRAY_RESERVE(items, capacity, 100), 0);
        place = items;
        before = capacity;
        assert_int_equal(ARRAY_RESERVE(items, capacity, 0), 0);
        assert_int_equal(ARRAY_RESERVE(items, capacity, before), 0);
        assert_ptr_equal(items, place);
        assert_int_equal(capacity, before);
}

static void nothing_asked_of_nothing_is_nothing(void **state) {
        char *items = NULL;
        size_t capacity = 0;

        (void) state;

        assert_int_equal(ARRAY_RESERVE(items, capacity, 0), 0);
        assert_null(items);
        assert_int_equal(capacity, 0);
}

static void one_by_one_grows_seldom(void **state) {
        _cleanup_free_ char *items = NULL;
        size_t capacity = 0, n_grown = 0;

        (void) state;

        for (size_t i = 0; i < 1000000; i++) {
                size_t before = capacity;

                assert_int_equal(ARRAY_RESERVE(items, capacity, i + 1), 0);
                n_grown += capacity != before;
        }
        assert_in_range(n_grown, 1, 20);
}

static void too_much_fails_and_changes_nothing(void **state) {
        static const size_t sizes[] = { SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / sizeof(uint64_t) };
        _cleanup_free_ uint64_t *items = NULL;
        size_t capacity = 0, before;
        uint64_t *place;

        (void) state;

        assert_int_equal(ARRAY_RESERVE(items, capacity, 1), 0);
        items[0] = 42;
        place = items;
        before = capacity;

        for (size_t i = 0; i < ELEMENTSOF(sizes); i++) {
                assert_int_equal(ARRAY_RESERVE(items, capacity, sizes[i]), -ENOMEM);
                assert_ptr_equal(items, place);
                assert_int_equal(capacity, before);
                assert_int_equal(items[0], 42);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(all_that_was_asked_for_can_be_written),
                cmocka_unit_test(elements_survive_growth),
                cmocka_unit_test(enough_room_is_left_as_it_is),
                cmocka_unit_test(nothing_asked_of_nothing_is_nothing),
                cmocka_unit_test(one_by_one_grows_seldom),
                cmocka_unit_test(too_much_fails_and_changes_nothing),
        };

        return cmocka_run_group_tests_name("array", tests, NULL, NULL);
}
