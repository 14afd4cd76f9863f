/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buffer.h"
#include "index-examples.h"
#include "index-read.h"

static const uint8_t empty_index[] = { 0xb0, 0x07, 0xf4, 0x57, 0, 2, 0, 1, 0, 0, 0, 0x0c };

/* What is found, each as "priority:value ". */
static void assert_found(const IndexReader *reader, const char *key, const char *expected) {
        _cleanup_free_ IndexValue *values = NULL;
        _cleanup_buffer_ Buffer text = {};
        size_t count;

        assert_int_equal(index_reader_find(reader, key, &values, &count), 0);
        for (size_t i = 0; i < count; i++)
                buffer_append_format(&text, "%u:%s ", values[i].priority, values[i].value);
        buffer_append_byte(&text, '\0');
        assert_string_equal(text.data, expected);
}

static void init_example(IndexReader *reader, const Example *example, const uint8_t *bytes) {
        assert_int_equal(index_reader_init(reader, bytes, example->size), 0);
}

static void keys_of_the_examples_are_found_in_both_layouts(void **state) {
        IndexReader reader;

        (void) state;
        for (int i = 0; i < 2; i++) {
                init_example(&reader, alias_example,
                             i ? alias_example->preorder : alias_example->postorder);
                assert_found(&reader, "u:1_*", "0:a_b 1:aa ");
                assert_found(&reader, "u:1_[2-3]", "0:a_b ");
        }
}

static void values_come_in_the_order_of_the_file(void **state) {
        IndexReader reader;

        (void) state;
        init_example(&reader, &examples[2], examples[2].preorder);
        assert_found(&reader, "ext3", "0:ext2 0:ext4 ");
}

static void empty_value_is_a_value(void **state) {
        IndexReader reader;

        (void) state;
        init_example(&reader, &examples[3], examples[3].preorder);
        assert_found(&reader, "ext4", "0: ");
}

static void other_keys_are_not_found(void **state) {
        static const char *const keys[] = { "",      "u",          "u:",        "u:1_",    "u:1_+",
                                            "u:1_[", "u:1_[2-3",   "u:1_*x",    "v",       "t",
                                            "u:2_*", "u:1_[2-3]]", "u:1_[2-4]", "u:1_\xff" };
        IndexReader reader;

        (void) state;
        init_example(&reader, alias_example, alias_example->preorder);
        for (size_t i = 0; i < ELEMENTSOF(keys); i++)
                assert_found(&reader, keys[i], "");
}

static void nothing_is_found_in_an_empty_index(void **state) {
        IndexReader reader;

        (void) state;
        assert_int_equal(index_reader_init(&reader, empty_index, sizeof(empty_index)), 0);
        assert_found(&reader, "", "");
        assert_found(&reader, "a", "");
}

static void file_of_no_bytes_is_an_empty_index(void **state) {
        IndexReader reader;

        (void) state;
        assert_int_equal(index_reader_init(&reader, NULL, 0), 0);
        assert_found(&reader, "", "");
        assert_found(&reader, "a", "");
}

static void other_minor_version_is_accepted(void **state) {
        uint8_t bytes[sizeof(empty_index)];
        IndexReader reader;

        (void) state;
        memcpy(bytes, empty_index, sizeof(bytes));
        bytes[7] = 9;
        assert_int_equal(index_reader_init(&reader, bytes, sizeof(bytes)), 0);
}

static void assert_header_is_refused(size_t at, uint8_t byte) {
        uint8_t bytes[sizeof(empty_index)];
        IndexReader reader;

        memcpy(bytes, empty_index, sizeof(bytes));
        bytes[at] = byte;
        assert_int_equal(index_reader_init(&reader, bytes, sizeof(bytes)), -EBADMSG);
}

static void other_magic_is_refused(void **state) {
        (void) state;
        for (size_t i = 0; i < 4; i++)
                assert_header_is_refused(i, 0);
}

static void other_major_version_is_refused(void **state) {
        (void) state;
        assert_header_is_refused(4, 1);
        assert_header_is_refused(5, 1);
        assert_header_is_refused(5, 3);
}

static void root_of_no_parts_must_be_that_of_the_empty_index(void **state) {
        (void) state;
        assert_header_is_refused(11, 0);
        assert_header_is_refused(11, 11);
        assert_header_is_refused(11, 13);
        assert_header_is_refused(8, 0x10);
}

static void incomplete_header_is_refused(void **state) {
        IndexReader reader;

        (void) state;
        for (size_t size = 1; size < sizeof(empty_index); size++)
                assert_int_equal(index_reader_init(&reader, empty_index, size), -EBADMSG);
}

static void lookup_that_meets_damage_fails(void **state) {
        _cleanup_free_ IndexValue *values = NULL;
        uint8_t bytes[260];
        IndexReader reader;
        size_t count;

        (void) state;
        assert_int_equal(alias_example->size, sizeof(bytes));
        memcpy(bytes, alias_example->preorder, sizeof(bytes));
        bytes[0xe3] = 3; /* one value more than there is room for */
        bytes[0xe2] = 1;
        assert_int_equal(index_reader_init(&reader, bytes, sizeof(bytes)), 0);
        assert_int_equal(index_reader_find(&reader, "u:1_*", &values, &count), -EBADMSG);
        assert_found(&reader, "u:1_[2-3]", "0:a_b ");
}

static void lookup_does_not_run_in_circles(void **state) {
        static const uint8_t bytes[] = { 0xb0, 0x07, 0xf4, 0x57, 0,   2,    0, 1, 0x20,
                                         0,    0,    0x0c, 'a',  'a', 0x20, 0, 0, 0x0c };
        _cleanup_free_ IndexValue *values = NULL;
        IndexReader reader;
        size_t count;

        (void) state;
        assert_int_equal(index_reader_init(&reader, bytes, sizeof(bytes)), 0);
        assert_int_equal(index_reader_find(&reader, "aaaaaaaa", &values, &count), -EBADMSG);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(keys_of_the_examples_are_found_in_both_layouts),
                cmocka_unit_test(values_come_in_the_order_of_the_file),
                cmocka_unit_test(empty_value_is_a_value),
                cmocka_unit_test(other_keys_are_not_found),
                cmocka_unit_test(nothing_is_found_in_an_empty_index),
                cmocka_unit_test(file_of_no_bytes_is_an_empty_index),
                cmocka_unit_test(other_minor_version_is_accepted),
                cmocka_unit_test(other_magic_is_refused),
                cmocka_unit_test(other_major_version_is_refused),
                cmocka_unit_test(root_of_no_parts_must_be_that_of_the_empty_index),
                cmocka_unit_test(incomplete_header_is_refused),
                cmocka_unit_test(lookup_that_meets_damage_fails),
                cmocka_unit_test(lookup_does_not_run_in_circles),
        };

        return cmocka_run_group_tests_name("index-read", tests, NULL, NULL);
}
