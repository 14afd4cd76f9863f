/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <zlib.h>

#include "inflate-case.h"

#define HEADER_SIZE 10
#define TRAILER_SIZE 8

/* `window_bits`: 15 + 16 for a whole member, -15 for its deflated bytes alone. */
static void append_deflated(Buffer *file, const Buffer *contents, int window_bits) {
        z_stream stream = {};

        assert_int_equal(deflateInit2(&stream, 1, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY),
                         Z_OK);
        assert_int_equal(buffer_reserve(file, deflateBound(&stream, contents->size)), 0);

        stream.next_in = (Bytef *) contents->data;
        stream.avail_in = (uInt) contents->size;
        stream.next_out = (Bytef *) file->data + file->size;
        stream.avail_out = (uInt) (file->capacity - file->size);
        assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
        file->size += stream.total_out;
        deflateEnd(&stream);
}

static void append_member(Buffer *file, const Buffer *contents) {
        append_deflated(file, contents, 15 + 16);
}

static void append_u16(Buffer *file, uint32_t value) {
        buffer_append_byte(file, (uint8_t) value);
        buffer_append_byte(file, (uint8_t) (value >> 8));
}

/* A member whose header has all the fields that a header can have. */
static void append_member_with_fields(Buffer *file, const Buffer *contents) {
        size_t start = file->size;
        uLong checksum;

        buffer_append(file, "\x1f\x8b\x08\x1e\0\0\0\0\0\x03", HEADER_SIZE);
        append_u16(file, 5);
        buffer_append(file, "ex\0ra", 5);
        buffer_append(file, "name", sizeof("name"));
        buffer_append(file, "comment", sizeof("comment"));
        checksum = crc32(0, (Bytef *) file->data + start, (uInt) (file->size - start));
        append_u16(file, (uint32_t) checksum & 0xffff);

        append_deflated(file, contents, -15);
        checksum = crc32(0, (Bytef *) contents->data, (uInt) contents->size);
        append_u16(file, (uint32_t) checksum);
        append_u16(file, (uint32_t) (checksum >> 16));
        append_u16(file, (uint32_t) contents->size);
        append_u16(file, (uint32_t) (contents->size >> 16));
}

static void flip(Buffer *file, size_t at) {
        file->data[at] = (char) ~file->data[at];
}

static void contents_of_any_size_come_back(void **state) {
        static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 131072, 1500000 };

        (void) state;

        for (size_t i = 0; i < ELEMENTSOF(sizes); i++) {
                _cleanup_buffer_ Buffer plain = {}, noise = {}, file = {};

                append_plain(&plain, sizes[i]);
                append_member(&file, &plain);
                assert_inflates(&file, &plain);

                buffer_clear(&file);
                append_noise(&noise, sizes[i]);
                append_member(&file, &noise);
                assert_inflates(&file, &noise);
        }
}

static void members_are_joined(void **state) {
        _cleanup_buffer_ Buffer one = {}, two = {}, both = {}, empty = {}, file = {};

        (void) state;

        append_plain(&one, 70000);
        append_noise(&two, 70000);
        buffer_append(&both, one.data, one.size);
        buffer_append(&both, two.data, two.size);

        append_member(&file, &one);
        append_member(&file, &empty);
        append_member_with_fields(&file, &two);
        assert_inflates(&file, &both);
}

static void damage_to_a_later_member_is_seen(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_noise(&contents, 50);
        append_member(&file, &contents);
        append_member(&file, &contents);
        flip(&file, file.size - TRAILER_SIZE);
        assert_refused(&file, -EINVAL, "gzip: incorrect data check");
}

static void cut_contents_are_refused_and_a_cut_trailer_is_not(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 400);
        append_member(&file, &contents);
        assert_cuts_are_refused(&file, TRAILER_SIZE);

        buffer_clear(&file);
        append_member_with_fields(&file, &contents);
        assert_cuts_are_refused(&file, TRAILER_SIZE);

        file.size -= TRAILER_SIZE + 1;
        assert_refused(&file, -EINVAL, "gzip: unexpected end of file");
}

static void what_is_left_of_a_cut_trailer_is_checked(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 100);
        append_member(&file, &contents);
        flip(&file, file.size - TRAILER_SIZE);
        file.size -= 4;
        assert_refused(&file, -EINVAL, "gzip: incorrect data check");
        file.size -= 1;
        assert_inflates(&file, &contents);
}

static void wrong_trailer_is_refused(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 100);
        append_member(&file, &contents);
        flip(&file, file.size - 1);
        assert_refused(&file, -EINVAL, "gzip: incorrect length check");
        flip(&file, file.size - 5);
        assert_refused(&file, -EINVAL, "gzip: incorrect data check");
}

/* Contents that run on into their trailer look like those of a file whose trailer is cut. */
static void flipped_bits_do_no_harm(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 300);
        append_member(&file, &contents);
        assert_flips_are_seen(&file, NULL);

        buffer_clear(&file);
        append_member_with_fields(&file, &contents);
        assert_flips_are_seen(&file, NULL);
}

static void header_that_nobody_writes_is_refused(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 100);
        append_member_with_fields(&file, &contents);
        flip(&file, 4);
        assert_refused(&file, -EINVAL, "gzip: header crc mismatch");
        file.data[3] = 0x20;
        assert_refused(&file, -EINVAL, "gzip: unknown header flags set");
        file.data[2] = 7;
        assert_refused(&file, -EINVAL, "gzip: unknown compression method");
}

static void damaged_contents_are_named_in_zlibs_words(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 100);
        append_member(&file, &contents);
        file.data[HEADER_SIZE] = 7; /* last block, of a type that there is not */
        assert_refused(&file, -EINVAL, "gzip: invalid block type");
}

static void what_follows_the_last_member_is_ignored(void **state) {
        static const char *const tails[] = { "\x1f", "garbage", "\x8b\x1f\x08" };

        (void) state;

        for (size_t i = 0; i < ELEMENTSOF(tails); i++) {
                _cleanup_buffer_ Buffer contents = {}, file = {};

                append_plain(&contents, 100);
                append_member(&file, &contents);
                buffer_append_string(&file, tails[i]);
                assert_inflates(&file, &contents);
        }
}

static void limit_is_not_too_big_and_one_byte_more_is(void **state) {
        _cleanup_buffer_ Buffer contents = {}, empty = {}, file = {};

        (void) state;

        append_plain(&contents, TEST_LIMIT);
        append_member(&file, &contents);
        assert_inflates(&file, &contents);
        append_member(&file, &empty);
        assert_inflates(&file, &contents);

        buffer_clear(&file);
        append_plain(&contents, 1);
        append_member(&file, &contents);
        assert_refused(&file, -EFBIG, "gzip: Too big for a module");
}

/* Each member is small, so the limit must hold for their sum. */
static void bomb_of_many_members_is_refused(void **state) {
        _cleanup_buffer_ Buffer contents = {}, member = {}, file = {};

        (void) state;

        append_plain(&contents, 100000);
        append_member(&member, &contents);
        for (size_t i = 0; i < 100; i++)
                buffer_append(&file, member.data, member.size);
        assert_refused(&file, -EFBIG, "gzip: Too big for a module");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(contents_of_any_size_come_back),
                cmocka_unit_test(members_are_joined),
                cmocka_unit_test(damage_to_a_later_member_is_seen),
                cmocka_unit_test(cut_contents_are_refused_and_a_cut_trailer_is_not),
                cmocka_unit_test(what_is_left_of_a_cut_trailer_is_checked),
                cmocka_unit_test(wrong_trailer_is_refused),
                cmocka_unit_test(flipped_bits_do_no_harm),
                cmocka_unit_test(header_that_nobody_writes_is_refused),
                cmocka_unit_test(damaged_contents_are_named_in_zlibs_words),
                cmocka_unit_test(what_follows_the_last_member_is_ignored),
                cmocka_unit_test(limit_is_not_too_big_and_one_byte_more_is),
                cmocka_unit_test(bomb_of_many_members_is_refused),
        };

        return cmocka_run_group_tests_name("inflate-gzip", tests, NULL, NULL);
}
