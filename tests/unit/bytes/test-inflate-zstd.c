/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <zstd.h>

#include "inflate-case.h"

#define SKIPPABLE_FRAME "\x50\x2a\x4d\x18\x04\0\0\0four"

static void append_frame_with(Buffer *file, const Buffer *contents, bool sized) {
        ZSTD_CCtx *state = ZSTD_createCCtx();
        size_t n;

        assert_non_null(state);
        ZSTD_CCtx_setParameter(state, ZSTD_c_compressionLevel, 1);
        ZSTD_CCtx_setParameter(state, ZSTD_c_checksumFlag, 1);
        ZSTD_CCtx_setParameter(state, ZSTD_c_contentSizeFlag, sized);
        assert_int_equal(buffer_reserve(file, ZSTD_compressBound(contents->size)), 0);
        n = ZSTD_compress2(state, file->data + file->size, file->capacity - file->size,
                           contents->data, contents->size);
        assert_false(ZSTD_isError(n));
        file->size += n;
        ZSTD_freeCCtx(state);
}

static void append_frame(Buffer *file, const Buffer *contents) {
        append_frame_with(file, contents, true);
}

/* The beginning of a frame that declares its size in eight bytes, and a raw block of three bytes.
 */
static void append_boast(Buffer *file, uint64_t size) {
        buffer_append(file, "\x28\xb5\x2f\xfd\xe0", 5);
        for (size_t i = 0; i < 8; i++)
                buffer_append_byte(file, (uint8_t) (size >> 8 * i));
        buffer_append(file, "\x19\0\0abc", 6);
}

static void contents_of_any_size_come_back(void **state) {
        static const size_t sizes[] = {
                1, 65535, 65536, 65537, 131072, 1500000, TEST_LIMIT - 1000
        };

        (void) state;

        for (size_t i = 0; i < ELEMENTSOF(sizes); i++) {
                _cleanup_buffer_ Buffer plain = {}, noise = {}, file = {};

                append_plain(&plain, sizes[i]);
                append_frame(&file, &plain);
                assert_inflates(&file, &plain);

                buffer_clear(&file);
                append_noise(&noise, sizes[i]);
                append_frame(&file, &noise);
                assert_inflates(&file, &noise);
        }
}

static void frame_without_its_size_is_refused(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 100);
        append_frame_with(&file, &contents, false);
        assert_refused(&file, -EINVAL, "zstd: Failed to determine decompression size");
}

static void size_of_nothing_counts_as_no_size(void **state) {
        _cleanup_buffer_ Buffer empty = {}, contents = {}, file = {};

        (void) state;

        append_plain(&contents, 100);
        append_frame(&file, &empty);
        assert_refused(&file, -EINVAL, "zstd: Failed to determine decompression size");
        append_frame(&file, &contents);
        assert_refused(&file, -EINVAL, "zstd: Failed to determine decompression size");
}

/* Though there is room: a buffer's memory doubles, so it is 256 bytes here. */
static void second_frame_does_not_fit(void **state) {
        _cleanup_buffer_ Buffer contents = {}, more = {}, file = {};

        (void) state;

        append_plain(&contents, 130);
        append_plain(&more, 1);
        append_frame(&file, &contents);
        append_frame(&file, &more);
        assert_refused(&file, -EINVAL, "zstd: Destination buffer is too small");
}

static void frames_without_contents_fit(void **state) {
        _cleanup_buffer_ Buffer contents = {}, empty = {}, file = {};

        (void) state;

        append_plain(&contents, 100);
        append_frame(&file, &contents);
        append_frame_with(&file, &empty, false);
        buffer_append(&file, SKIPPABLE_FRAME, 12);
        append_frame(&file, &empty);
        assert_inflates(&file, &contents);
}

static void garbage_behind_the_frame_is_refused(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 100);
        append_frame(&file, &contents);
        buffer_append_byte(&file, 0);
        assert_refused(&file, -EINVAL, "zstd: Src size is incorrect");
        buffer_append_string(&file, "garbage garbage");
        assert_refused(&file, -EINVAL, "zstd: Src size is incorrect");
}

static void cut_file_is_refused(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 400);
        append_frame(&file, &contents);
        assert_cuts_are_refused(&file, 0);
        file.size = INFLATE_MAGIC_SIZE;
        assert_refused(&file, -EINVAL, "zstd: Failed to determine decompression size");
}

static void flipped_bits_are_seen(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_plain(&contents, 300);
        append_frame(&file, &contents);
        assert_flips_are_seen(&file, &contents);
}

static void damage_is_named_in_the_librarys_words(void **state) {
        _cleanup_buffer_ Buffer contents = {}, file = {};

        (void) state;

        append_noise(&contents, 300);
        append_frame(&file, &contents);
        file.data[file.size - 1] = (char) ~file.data[file.size - 1];
        assert_refused(&file, -EINVAL, "zstd: Restored data doesn't match checksum");
}

static void declared_size_beyond_the_limit_is_refused(void **state) {
        static const uint64_t sizes[] = { TEST_LIMIT + 1, UINT64_C(1) << 40, UINT64_C(1) << 63,
                                          UINT64_MAX - 2 };

        (void) state;

        for (size_t i = 0; i < ELEMENTSOF(sizes); i++) {
                _cleanup_buffer_ Buffer file = {};

                append_boast(&file, sizes[i]);
                assert_refused(&file, -EFBIG, "zstd: Too big for a module");
        }
}

static void declared_size_that_is_wrong_is_refused(void **state) {
        static const struct {
                uint64_t size;
                const char *reason;
        } cases[] = {
                { 2, "zstd: Destination buffer is too small" },
                { 4, "zstd: Data corruption detected" },
                { TEST_LIMIT, "zstd: Data corruption detected" },
        };
        _cleanup_buffer_ Buffer file = {}, expected = {};

        (void) state;

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                buffer_clear(&file);
                append_boast(&file, cases[i].size);
                assert_refused(&file, -EINVAL, cases[i].reason);
        }

        buffer_clear(&file);
        append_boast(&file, 3);
        buffer_append_string(&expected, "abc");
        assert_inflates(&file, &expected);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(contents_of_any_size_come_back),
                cmocka_unit_test(frame_without_its_size_is_refused),
                cmocka_unit_test(size_of_nothing_counts_as_no_size),
                cmocka_unit_test(second_frame_does_not_fit),
                cmocka_unit_test(frames_without_contents_fit),
                cmocka_unit_test(garbage_behind_the_frame_is_refused),
                cmocka_unit_test(cut_file_is_refused),
                cmocka_unit_test(flipped_bits_are_seen),
                cmocka_unit_test(damage_is_named_in_the_librarys_words),
                cmocka_unit_test(declared_size_beyond_the_limit_is_refused),
                cmocka_unit_test(declared_size_that_is_wrong_is_refused),
        };

        return cmocka_run_group_tests_name("inflate-zstd", tests, NULL, NULL);
}
