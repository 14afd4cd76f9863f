/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "buffer.h"

static void assert_holds(const Buffer *buffer, const char *bytes, size_t size) {
        assert_int_equal(buffer_error(buffer), 0);
        assert_int_equal(buffer->size, size);
        assert_memory_equal(buffer->data, bytes, size);
}

static void pieces_stand_one_behind_the_other(void **state) {
        _cleanup_buffer_ Buffer buffer = {};

        (void) state;

        buffer_append(&buffer, "a\0b", 3);
        buffer_append_string(&buffer, "cd");
        buffer_append_byte(&buffer, 0xff);
        buffer_append_format(&buffer, "%s-%d", "e", 7);
        buffer_append_string(&buffer, "");
        buffer_append(&buffer, NULL, 0);
        assert_holds(&buffer,
                     "a\0bcd\xff"
                     "e-7",
                     9);
}

static void zeroed_struct_is_an_empty_buffer(void **state) {
        _cleanup_buffer_ Buffer buffer = {};

        (void) state;

        assert_int_equal(buffer_error(&buffer), 0);
        buffer_append(&buffer, NULL, 0);
        assert_int_equal(buffer_error(&buffer), 0);
        assert_int_equal(buffer.size, 0);
}

static void integers_are_big_endian(void **state) {
        _cleanup_buffer_ Buffer buffer = {};

        (void) state;

        buffer_append_u32_be(&buffer, 0xb007f457);
        buffer_append_u32_be(&buffer, 1);
        assert_holds(&buffer, "\xb0\x07\xf4\x57\0\0\0\1", 8);
}

static void formatted_text_may_be_long(void **state) {
        _cleanup_buffer_ Buffer buffer = {};

        (void) state;

        buffer_append_string(&buffer, "x");
        buffer_append_format(&buffer, "%*d", 100000, 5);
        assert_int_equal(buffer_error(&buffer), 0);
        assert_int_equal(buffer.size, 100001);
        assert_memory_equal(buffer.data, "x   ", 4);
        assert_memory_equal(buffer.data + 99999, " 5", 2);
}

static void bytes_survive_growth(void **state) {
        _cleanup_buffer_ Buffer buffer = {};

        (void) state;

        for (uint32_t i = 0; i < 100000; i++)
                buffer_append_u32_be(&buffer, i);
        assert_int_equal(buffer_error(&buffer), 0);
        assert_int_equal(buffer.size, 400000);
        for (uint32_t i = 0; i < 100000; i++) {
                const uint8_t bytes[] = { 0, (uint8_t) (i >> 16), (uint8_t) (i >> 8), (uint8_t) i };

                assert_memory_equal(buffer.data + 4 * (size_t) i, bytes, 4);
        }
}

static void reserved_room_is_behind_the_present_bytes(void **state) {
        _cleanup_buffer_ Buffer buffer = {};

        (void) state;

        buffer_append_string(&buffer, "abc");
        assert_int_equal(buffer_reserve(&buffer, 1000), 0);
        assert_true(buffer.capacity >= 1003);
        memset(buffer.data + 3, 'x', 1000);
        assert_holds(&buffer, "abc", 3);
}

static void clear_keeps_the_memory(void **state) {
        _cleanup_buffer_ Buffer buffer = {};
        size_t capacity;
        char *memory;

        (void) state;

        buffer_append_string(&buffer, "some text");
        memory = buffer.data;
        capacity = buffer.capacity;
        buffer_clear(&buffer);
        assert_int_equal(buffer.size, 0);
        buffer_append_string(&buffer, "other");
        assert_holds(&buffer, "other", 5);
        assert_ptr_equal(buffer.data, memory);
        assert_int_equal(buffer.capacity, capacity);
}

static void error_sticks_and_later_appends_do_nothing(void **state) {
        _cleanup_buffer_ Buffer buffer = {};

        (void) state;

        buffer_append_string(&buffer, "abc");
        assert_int_equal(buffer_reserve(&buffer, SIZE_MAX), -ENOMEM);
        assert_int_equal(buffer_error(&buffer), -ENOMEM);

        buffer_append_string(&buffer, "d");
        buffer_append_byte(&buffer, 'e');
        buffer_append_u32_be(&buffer, 1);
        buffer_append_format(&buffer, "%d", 1);
        assert_int_equal(buffer_reserve(&buffer, 1), -ENOMEM);

        assert_int_equal(buffer_error(&buffer), -ENOMEM);
        assert_int_equal(buffer.size, 3);
        assert_memory_equal(buffer.data, "abc", 3);
}

static void clear_forgets_the_error(void **state) {
        _cleanup_buffer_ Buffer buffer = {};

        (void) state;

        assert_int_equal(buffer_reserve(&buffer, SIZE_MAX), -ENOMEM);
        buffer_clear(&buffer);
        buffer_append_string(&buffer, "again");
        assert_holds(&buffer, "again", 5);
}

static void done_leaves_an_empty_buffer(void **state) {
        _cleanup_buffer_ Buffer buffer = {};

        (void) state;

        buffer_append_string(&buffer, "abc");
        buffer_done(&buffer);
        assert_null(buffer.data);
        assert_int_equal(buffer.size, 0);
        assert_int_equal(buffer.capacity, 0);
        buffer_append_string(&buffer, "def");
        assert_holds(&buffer, "def", 3);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(pieces_stand_one_behind_the_other),
                cmocka_unit_test(zeroed_struct_is_an_empty_buffer),
                cmocka_unit_test(integers_are_big_endian),
                cmocka_unit_test(formatted_text_may_be_long),
                cmocka_unit_test(bytes_survive_growth),
                cmocka_unit_test(reserved_room_is_behind_the_present_bytes),
                cmocka_unit_test(clear_keeps_the_memory),
                cmocka_unit_test(error_sticks_and_later_appends_do_nothing),
                cmocka_unit_test(clear_forgets_the_error),
                cmocka_unit_test(done_leaves_an_empty_buffer),
        };

        return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
