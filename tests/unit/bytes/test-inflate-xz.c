/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lzma.h>

#include "inflate-case.h"

static void append_stream(Buffer *file, const Buffer *contents) {
        assert_int_equal(buffer_reserve(file, lzma_stream_buffer_bound(contents->size)), 0);
        assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL,
                                                 (uint8_t *) contents->data, contents->size,
                                                 (uint8_t *) file->data, &file->size,
                                                 file->capacity),
                         LZMA_OK);
}

static void write_u32(Buffer *file, size_t at, uint32_t value) {
        for (size_t i = 0; i < 4; i++)
                file->data[at + i] = (char) (value >> 8 * i);
}

/* The first block's header: size, flags, filter 0x21, one byte of properties, those, padding, CRC.
 */
static void set_dictionary_bits(Buffer *file, uint8_t bits) {
        const size_t start = LZMA_STREAM_HEADER_SIZE;
        size_t size = ((size_t) (uint8_t) file->data[start] + 1) * 4;

        assert_int_equal(file->data[start + 1], 0);
        assert_int_equal(file->data[start + 2], 0x21);
        file->data[start + 4] = (char) ((bits - 12) * 2);
        write_u32(file, start + size - 4, lzma_crc32((uint8_t *) file->data + start, size - 4, 0));
}

/* As files by xz have it, and lzma_easy_buffer_encode()'s have not: no sizes in the block's header.
 */
static void append_streamed(Buffer *file, const Buffer *contents) {
        lzma_stream stream = LZMA_STREAM_INIT;

        assert_int_equal(lzma_easy_encoder(&stream, 0, LZMA_CHECK_CRC64), LZMA_OK);
        assert_int_equal(buffer_reserve(file, lzma_stream_buffer_bound(contents->size)), 0);
        stream.next_in = (uint8_t *) contents->data;
        stream.avail_in = contents->size;
        stream.next_out = (uint8_t *) file->data + file->size;
        stream.avail_out = file->capacity - file->size;
        assert_int_equal(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
        file->size += stream.total_out;
        lzma_end(&stream);
}

static void contents_of_any_size_come_back(void **state) {
        static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 131072, 1500000 };

        (void) state;

        for (size_t i = 0; i < ELEMENTSOF(sizes); i++) {
                _cleanup_buffer_ Buffer plain = {}, noise = {}, file = {};

                append_plain(&plain, sizes[i]);
                append_stream(&file, &plain);
                assert_inflates(&file, &plain);

                buffer_clear(&file);
                append_noise(&noise, sizes[i]);
                append_streamed(&file, &noise);
                assert_inflates(&file, &noise);
        }
}

static void streams_and_padding_are_joined(void **state) {
        _cleanup_buffer_ Buffer one = {}, two = {}, both = {}, empty = {}, file = {};

        (void) state;

        append_plain(&one, 70000);
        append_noise(&two, 70000);
        buffer_append(&both, one.data, one.size);
        buffer_append(&both, two.data, two.size);

        append_stream(&file, &one);
        append_stream(&file, &empty);
        buffer_append(&file, "\0\0\0\0\0\0\0", 8);
        append_streamed(&file, &two);
        buffer_append(&file, "\0\0\0", 4);
        assert_inflates(&file, &both);
}

static void garbage_behind_the_stream_is_refused(void **state) {
        static const char tail[] = "\0\0\0";

        (void) state;

        for (size_t size = 1; size < 4; size++) {
                _cleanup_buffer_ Buffer contents = {}, file = {};

                append_plain(&contents, 100);
                append_stream(&file, &contents);
                buffer_append(&file, tail, size);
                assert_refused(&file, -EINVAL, "xz: File is corrupt");
        }

        _cleanup_buffer_ Buffer contents = {}, file = {};

        append_plain(&contents, 100);
        append_stream(&file, &contents);
        buffer_append_string(&file, "garbage garbage garbage");
        assert_refused(&file, -EINVAL, "xz: File is corrupt");
}

static void cut_file_is_refused(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 400);
        append_streamed(&file, &contents);
        assert_cuts_are_refused(&file, 0);

        file.size--;
        assert_refused(&file, -EINVAL, "xz: Unexpected end of input");
        file.size = INFLATE_MAGIC_SIZE;
        assert_refused(&file, -EINVAL, "xz: Unexpected end of input");
}

static void flipped_bits_are_seen(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 300);
        append_streamed(&file, &contents);
        assert_flips_are_seen(&file, &contents);
}

static void damage_is_named_in_kmods_words(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_noise(&contents, 300);
        append_stream(&file, &contents);
        file.data[file.size / 2] = (char) ~file.data[file.size / 2];
        assert_refused(&file, -EINVAL, "xz: File is corrupt");

        /* stream flags that are not defined yet, under a right checksum */
        file.data[6] = 0x10;
        write_u32(&file, 8, lzma_crc32((uint8_t *) file.data + 6, 2, 0));
        assert_refused(&file, -EINVAL, "xz: Unsupported compression options");
}

static void dictionary_of_the_strongest_preset_is_accepted(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 1000);
        append_streamed(&file, &contents);
        set_dictionary_bits(&file, 26);
        assert_inflates(&file, &contents);
}

static void dictionary_that_would_eat_our_memory_is_refused(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 1000);
        append_streamed(&file, &contents);
        set_dictionary_bits(&file, 27);
        assert_refused(&file, -EINVAL, "xz: Memory usage limit reached");
}

static void limit_is_not_too_big_and_one_byte_more_is(void **state) {
        _cleanup_buffer_ Buffer contents = {}, empty = {}, file = {};

        (void) state;

        append_plain(&contents, TEST_LIMIT);
        append_streamed(&file, &contents);
        assert_inflates(&file, &contents);
        append_streamed(&file, &empty);
        assert_inflates(&file, &contents);

        buffer_clear(&file);
        append_plain(&contents, 1);
        append_streamed(&file, &contents);
        assert_refused(&file, -EFBIG, "xz: Too big for a module");
}

/* Each stream is small, so the limit must hold for their sum. */
static void bomb_of_many_streams_is_refused(void **state) {
        _cleanup_buffer_ Buffer contents = {}, stream = {}, file = {};

        (void) state;

        append_plain(&contents, 100000);
        append_streamed(&stream, &contents);
        for (size_t i = 0; i < 100; i++)
                buffer_append(&file, stream.data, stream.size);
        assert_refused(&file, -EFBIG, "xz: Too big for a module");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(contents_of_any_size_come_back),
                cmocka_unit_test(streams_and_padding_are_joined),
                cmocka_unit_test(garbage_behind_the_stream_is_refused),
                cmocka_unit_test(cut_file_is_refused),
                cmocka_unit_test(flipped_bits_are_seen),
                cmocka_unit_test(damage_is_named_in_kmods_words),
                cmocka_unit_test(dictionary_of_the_strongest_preset_is_accepted),
                cmocka_unit_test(dictionary_that_would_eat_our_memory_is_refused),
                cmocka_unit_test(limit_is_not_too_big_and_one_byte_more_is),
                cmocka_unit_test(bomb_of_many_streams_is_refused),
        };

        return cmocka_run_group_tests_name("inflate-xz", tests, NULL, NULL);
}
