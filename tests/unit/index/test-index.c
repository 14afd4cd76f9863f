/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "index-examples.h"
#include "index-format.h"
#include "index-nodes.h"
#include "index-read.h"
#include "index-sort.h"
#include "index.h"

static void add(IndexBuilder *builder, const char *key, const char *value, uint32_t priority) {
        assert_int_equal(
                index_builder_add(builder, key, strlen(key), value, strlen(value), priority), 0);
}

static void render(IndexBuilder *builder, IndexLayout layout, Buffer *output) {
        buffer_clear(output);
        assert_int_equal(index_builder_render(builder, layout, output), 0);
}

/* The values under a key, separated and ended by blanks. */
static void assert_values(IndexBuilder *builder, const char *key, const char *expected) {
        _cleanup_buffer_ Buffer output = {}, text = {};
        _cleanup_free_ IndexValue *values = NULL;
        IndexReader reader;
        size_t count;

        render(builder, INDEX_PREORDER, &output);
        assert_int_equal(index_reader_init(&reader, output.data, output.size), 0);
        assert_int_equal(index_reader_find(&reader, key, &values, &count), 0);
        for (size_t i = 0; i < count; i++)
                buffer_append_format(&text, "%s ", values[i].value);
        buffer_append_byte(&text, '\0');
        assert_string_equal(text.data, expected);
}

static void add_example(IndexBuilder *builder, const Example *example) {
        for (size_t i = 0; i < example->n_entries; i++)
                add(builder, example->entries[i].key, example->entries[i].value,
                    example->entries[i].priority);
}

static void assert_examples(IndexLayout layout) {
        for (size_t i = 0; i < ELEMENTSOF(examples); i++) {
                _cleanup_index_builder_ IndexBuilder builder = {};
                _cleanup_buffer_ Buffer output = {};

                add_example(&builder, &examples[i]);
                render(&builder, layout, &output);
                assert_int_equal(output.size, examples[i].size);
                assert_memory_equal(output.data,
                                    layout == INDEX_PREORDER ? examples[i].preorder
                                                             : examples[i].postorder,
                                    output.size);
        }
}

static void worked_examples_are_written_as_kmod_34_does(void **state) {
        (void) state;
        assert_examples(INDEX_PREORDER);
}

static void worked_examples_are_written_as_kmod_30_does(void **state) {
        (void) state;
        assert_examples(INDEX_POSTORDER);
}

static void no_entries_make_the_empty_index(void **state) {
        static const uint8_t empty[] = { 0xb0, 0x07, 0xf4, 0x57, 0, 2, 0, 1, 0, 0, 0, 0x0c };
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer output = {};

        (void) state;
        render(&builder, INDEX_PREORDER, &output);
        assert_int_equal(output.size, sizeof(empty));
        assert_memory_equal(output.data, empty, sizeof(empty));

        render(&builder, INDEX_POSTORDER, &output);
        assert_int_equal(output.size, sizeof(empty));
        assert_memory_equal(output.data, empty, sizeof(empty));
}

static void values_of_the_empty_key_are_in_the_root(void **state) {
        static const uint8_t expected[] = {
                0xb0, 0x07, 0xf4, 0x57, 0, 2,    0, 1, 0x60, 0, 0,   0x0c, /* header */
                'a',  'a',  0xc0, 0,    0, 0x1c,                           /* root */
                0,    0,    0,    1,    0, 0,    0, 7, 'v',  0,            /* "" */
                'b',  0,    0,    0,    0, 1,    0, 0, 0,    8, 'w', 0,    /* "ab" */
        };
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer output = {};

        (void) state;
        add(&builder, "ab", "w", 8);
        add(&builder, "", "v", 7);
        render(&builder, INDEX_PREORDER, &output);
        assert_int_equal(output.size, sizeof(expected));
        assert_memory_equal(output.data, expected, sizeof(expected));
}

static void key_may_begin_another(void **state) {
        static const uint8_t expected[] = {
                0xb0, 0x07, 0xf4, 0x57, 0, 2,    0, 1, 0x20, 0, 0, 0x0c, /* header */
                'a',  'a',  0x60, 0,    0, 0x12,                         /* root */
                'b',  'b',  0x40, 0,    0, 0x22,                         /* "a" */
                0,    0,    0,    1,    0, 0,    0, 0, 'v',  0,          /* its value */
                0,    0,    0,    1,    0, 0,    0, 0, 'w',  0,          /* "ab" */
        };
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer output = {};

        (void) state;
        add(&builder, "ab", "w", 0);
        add(&builder, "a", "v", 0);
        render(&builder, INDEX_PREORDER, &output);
        assert_int_equal(output.size, sizeof(expected));
        assert_memory_equal(output.data, expected, sizeof(expected));
}

static void values_stand_by_priority_and_equals_last_first(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};

        (void) state;
        add(&builder, "k", "c1", 3);
        add(&builder, "k", "a1", 1);
        add(&builder, "k", "c2", 3);
        add(&builder, "k", "b", 2);
        add(&builder, "k", "a2", 1);
        add(&builder, "k", "c3", 3);
        add(&builder, "k", "d", 0xffffffff);
        assert_values(&builder, "k", "a2 a1 b c3 c2 c1 d ");
}

static void equal_entries_are_kept(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};

        (void) state;
        add(&builder, "k", "v", 1);
        add(&builder, "k", "v", 1);
        add(&builder, "k", "v", 2);
        assert_values(&builder, "k", "v v v ");
}

static void keys_and_values_end_where_their_sizes_say(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};

        (void) state;
        assert_int_equal(index_builder_add(&builder, "keyxxx", 3, "valuexxx", 5, 0), 0);
        assert_int_equal(index_builder_add(&builder, "keyyyy", 3, "other\0", 5, 1), 0);
        assert_values(&builder, "key", "value other ");
}

static void bytes_do_not_depend_on_the_order_of_insertion(void **state) {
        static const char *const keys[] = { "", "a", "abc", "abd", "b", "xyz", "xyzz", "xy\x7f" };
        const size_t n = ELEMENTSOF(keys);
        _cleanup_buffer_ Buffer first = {}, output = {};

        (void) state;
        for (size_t turn = 0; turn < n; turn++) {
                _cleanup_index_builder_ IndexBuilder builder = {};

                for (size_t i = 0; i < n; i++)
                        add(&builder, keys[(i + turn) % n], "v", (uint32_t) ((i + turn) % n));
                if (turn == 0)
                        render(&builder, INDEX_PREORDER, &first);

                render(&builder, INDEX_PREORDER, &output);
                assert_int_equal(output.size, first.size);
                assert_memory_equal(output.data, first.data, first.size);
        }
}

static void builder_can_be_filled_further_after_rendering(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer output = {};

        (void) state;
        render(&builder, INDEX_PREORDER, &output);
        add(&builder, "b", "one", 0);
        add(&builder, "a", "two", 0);
        render(&builder, INDEX_POSTORDER, &output);
        add(&builder, "b", "three", 0);
        assert_values(&builder, "b", "three one ");
        assert_values(&builder, "a", "two ");
}

static void bad_byte_is_found_wherever_it_is(void **state) {
        static const uint8_t bad[] = { 0x00, 0x80, 0xc3, 0xff };
        char string[20];

        (void) state;
        for (size_t i = 0; i < sizeof(string); i++)
                for (size_t j = 0; j < sizeof(bad); j++) {
                        memset(string, j % 2 ? 0x7f : 0x01, sizeof(string));
                        string[i] = (char) bad[j];
                        assert_int_equal(index_find_bad_byte(string, sizeof(string)), bad[j]);
                        assert_int_equal(index_find_bad_byte(string, i), -1);
                }
}

static void first_of_several_bad_bytes_is_named(void **state) {
        (void) state;
        assert_int_equal(index_find_bad_byte("ab\xc3\xa4 \xff 12345678\x80", 18), 0xc3);
        assert_int_equal(index_find_bad_byte("", 0), -1);
}

static void key_or_value_with_a_bad_byte_is_not_added(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};

        (void) state;
        assert_int_equal(index_builder_add(&builder, "f\xc3\xbcr", 4, "v", 1, 0), -EILSEQ);
        assert_int_equal(index_builder_add(&builder, "k", 1, "f\xc3\xbcr", 4, 0), -EILSEQ);
        assert_int_equal(index_builder_add(&builder, "a\0b", 3, "v", 1, 0), -EILSEQ);
        assert_int_equal(index_builder_add(&builder, "k", 1, "a\0b", 3, 0), -EILSEQ);
        assert_int_equal(builder.count, 0);

        assert_int_equal(index_builder_add(&builder, "\x01", 1, "\x7f", 1, 0), 0);
        assert_int_equal(builder.count, 1);
}

static void key_may_be_five_megabytes_long(void **state) {
        enum { SIZE = 5000000 };
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_free_ char *one = malloc(SIZE + 1), *two = malloc(SIZE + 1);

        (void) state;
        memset(one, 'x', SIZE);
        one[SIZE] = '\0';
        memcpy(two, one, SIZE + 1);
        two[SIZE - 1] = 'y';

        add(&builder, two, "two", 0);
        add(&builder, one, "one", 0);
        add(&builder, one + 1, "shorter", 0);
        add(&builder, one, "again", 0);
        assert_values(&builder, one, "again one ");
        assert_values(&builder, two, "two ");
        assert_values(&builder, one + 1, "shorter ");
}

static void each_key_may_begin_the_next_one(void **state) {
        enum { DEPTH = 3000 };
        _cleanup_index_builder_ IndexBuilder builder = {};
        char key[DEPTH + 1];

        (void) state;
        memset(key, 'x', DEPTH);
        key[DEPTH] = '\0';
        for (size_t i = 0; i <= DEPTH; i++)
                assert_int_equal(index_builder_add(&builder, key, i, "v", i % 2, 0), 0);

        assert_values(&builder, key + DEPTH, " ");
        assert_values(&builder, key + 1, "v ");
        assert_values(&builder, key, " ");
}

/* A quadratic builder would need minutes. */
static void two_hundred_thousand_entries_take_no_time(void **state) {
        enum { N = 200000 };
        _cleanup_buffer_ Buffer output = {};
        _cleanup_free_ char *keys = malloc(N * 8);
        clock_t start = clock();

        (void) state;
        for (int order = 0; order < 4; order++) {
                _cleanup_index_builder_ IndexBuilder builder = {};

                for (uint32_t i = 0; i < N; i++) {
                        const uint32_t numbers[] = { i, N - 1 - i, i * 7919 % N, 0 };

                        snprintf(keys + 8 * i, 8, "%06u", numbers[order]);
                        add(&builder, keys + 8 * i, "v", order == 3 ? i : 0);
                }

                render(&builder, INDEX_PREORDER, &output);
                for (uint32_t i = 1; i < N; i++)
                        assert_true(strcmp(index_builder_sorted(&builder, i - 1)->key,
                                           index_builder_sorted(&builder, i)->key) <
                                    (order == 3 ? 1 : 0));
        }

        assert_true((clock() - start) / CLOCKS_PER_SEC < 10);
}

static void file_beyond_the_offsets_of_the_format_is_refused(void **state) {
        enum { SIZE = 1024 * 1024, N = 260 };
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer output = {};
        _cleanup_free_ char *value = malloc(SIZE + 1);
        char keys[N][16];

        (void) state;
        memset(value, 'x', SIZE);
        value[SIZE] = '\0';
        for (int i = 0; i < N; i++) {
                snprintf(keys[i], sizeof(keys[i]), "%03d", i);
                add(&builder, keys[i], value, 0);
        }

        assert_int_equal(index_builder_render(&builder, INDEX_PREORDER, &output), -EFBIG);
        assert_int_equal(index_builder_render(&builder, INDEX_POSTORDER, &output), -EFBIG);
        assert_int_equal(output.size, 0);
}

/* Two nodes and a root; the value of the first is as long as said, on paper. */
static int place_with_value_of(uint32_t value_size, IndexLayout layout, uint32_t *ret_greatest) {
        _cleanup_index_builder_ IndexBuilder builder = {};
        int r;

        add(&builder, "a", "", 0);
        add(&builder, "b", "", 0);
        builder.entries[0].value_size = value_size;
        assert_int_equal(index_builder_sort(&builder), 0);
        assert_int_equal(index_nodes_build(&builder), 0);

        r = index_nodes_place(&builder.nodes, layout);
        if (r == 0)
                *ret_greatest = builder.nodes.items[layout == INDEX_PREORDER ? 1 : 2].offset;
        return r;
}

static void greatest_offset_is_just_accepted(void **state) {
        uint32_t offset;

        (void) state;
        assert_int_equal(place_with_value_of(0xfffffff - 31, INDEX_PREORDER, &offset), 0);
        assert_int_equal(offset, 0xfffffff);
        assert_int_equal(place_with_value_of(0xfffffff - 30, INDEX_PREORDER, &offset), -EFBIG);

        assert_int_equal(place_with_value_of(0xfffffff - 30, INDEX_POSTORDER, &offset), 0);
        assert_int_equal(offset, 0xfffffff);
        assert_int_equal(place_with_value_of(0xfffffff - 29, INDEX_POSTORDER, &offset), -EFBIG);
}

static void sizes_that_do_not_fit_32_bits_are_refused(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};

        (void) state;
        if (sizeof(size_t) == sizeof(uint32_t))
                skip();
        assert_int_equal(index_builder_add(&builder, "", SIZE_MAX, "", 0, 0), -EFBIG);
        assert_int_equal(index_builder_add(&builder, "", 0, "", SIZE_MAX, 0), -EFBIG);
        assert_int_equal(builder.count, 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(worked_examples_are_written_as_kmod_34_does),
                cmocka_unit_test(worked_examples_are_written_as_kmod_30_does),
                cmocka_unit_test(no_entries_make_the_empty_index),
                cmocka_unit_test(values_of_the_empty_key_are_in_the_root),
                cmocka_unit_test(key_may_begin_another),
                cmocka_unit_test(values_stand_by_priority_and_equals_last_first),
                cmocka_unit_test(equal_entries_are_kept),
                cmocka_unit_test(keys_and_values_end_where_their_sizes_say),
                cmocka_unit_test(bytes_do_not_depend_on_the_order_of_insertion),
                cmocka_unit_test(builder_can_be_filled_further_after_rendering),
                cmocka_unit_test(bad_byte_is_found_wherever_it_is),
                cmocka_unit_test(first_of_several_bad_bytes_is_named),
                cmocka_unit_test(key_or_value_with_a_bad_byte_is_not_added),
                cmocka_unit_test(key_may_be_five_megabytes_long),
                cmocka_unit_test(each_key_may_begin_the_next_one),
                cmocka_unit_test(two_hundred_thousand_entries_take_no_time),
                cmocka_unit_test(file_beyond_the_offsets_of_the_format_is_refused),
                cmocka_unit_test(greatest_offset_is_just_accepted),
                cmocka_unit_test(sizes_that_do_not_fit_32_bits_are_refused),
        };

        return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
