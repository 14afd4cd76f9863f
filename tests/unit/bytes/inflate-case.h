/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "buffer.h"
#include "inflate.h"

/* What the tests of the three formats do alike. */

#define TEST_LIMIT ((size_t) 2 * 1024 * 1024)

/* Bytes that shrink: nothing much happens in them. */
static inline void append_plain(Buffer *buffer, size_t size) {
        for (size_t i = 0; i < size; i++)
                buffer_append_byte(buffer, (uint8_t) (i % 251 == 0 ? i / 251 : i % 7));
}

/* Bytes that no compressor can make fewer. */
static inline void append_noise(Buffer *buffer, size_t size) {
        uint64_t state = 0x9e3779b97f4a7c15;

        for (size_t i = 0; i < size; i++) {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                buffer_append_byte(buffer, (uint8_t) (state >> 32));
        }
}

/* Inflates from memory of just the right size, so that a sanitizer sees each byte read too many. */
static inline int inflate_copy(Inflater *inflater, const void *bytes, size_t size, Buffer *output,
                               const char **ret_reason) {
        _cleanup_free_ void *copy = malloc(size);

        assert_non_null(copy);
        memcpy(copy, bytes, size);
        return inflate_bytes(inflater, inflate_kind(copy, size), copy, size, output, ret_reason);
}

static inline void assert_equal(const Buffer *actual, const Buffer *expected) {
        assert_int_equal(buffer_error(expected), 0);
        assert_int_equal(actual->size, expected->size);
        if (expected->size > 0)
                assert_memory_equal(actual->data, expected->data, expected->size);
}

static inline void assert_inflates(const Buffer *file, const Buffer *expected) {
        _cleanup_(inflater_freep) Inflater *inflater = NULL;
        _cleanup_buffer_ Buffer output = {};
        const char *reason = NULL;

        assert_int_equal(buffer_error(file), 0);
        assert_int_equal(inflater_new(TEST_LIMIT, &inflater), 0);
        assert_int_equal(inflate_copy(inflater, file->data, file->size, &output, &reason), 0);
        assert_null(reason);
        assert_equal(&output, expected);
}

static inline void assert_refused(const Buffer *file, int error, const char *reason) {
        _cleanup_(inflater_freep) Inflater *inflater = NULL;
        _cleanup_buffer_ Buffer output = {};
        const char *said = NULL;

        assert_int_equal(buffer_error(file), 0);
        assert_int_equal(inflater_new(TEST_LIMIT, &inflater), 0);
        assert_int_equal(inflate_copy(inflater, file->data, file->size, &output, &said), error);
        assert_int_equal(output.size, 0);
        inflater = inflater_free(inflater); /* which the reason outlives */
        assert_non_null(said);
        assert_string_equal(said, reason);
}

/* Cuts the file at each byte. All but the `n_spare` last bytes are needed. */
static inline void assert_cuts_are_refused(const Buffer *file, size_t n_spare) {
        _cleanup_(inflater_freep) Inflater *inflater = NULL;
        _cleanup_buffer_ Buffer output = {};

        assert_int_equal(inflater_new(TEST_LIMIT, &inflater), 0);
        for (size_t size = INFLATE_MAGIC_SIZE; size < file->size; size++) {
                bool is_whole = file->size - size <= n_spare;
                const char *reason = NULL;
                int r = inflate_copy(inflater, file->data, size, &output, &reason);

                assert_int_equal(r, is_whole ? 0 : -EINVAL);
                assert_int_equal(!reason, is_whole);
        }
}

/* Turns each bit over. What is not refused must be what it was, unless `expected` is NULL. */
static inline void assert_flips_are_seen(const Buffer *file, const Buffer *expected) {
        _cleanup_(inflater_freep) Inflater *inflater = NULL;
        _cleanup_buffer_ Buffer output = {};

        assert_int_equal(inflater_new(TEST_LIMIT, &inflater), 0);
        for (size_t bit = 0; bit < file->size * 8; bit++) {
                const char *reason = NULL;
                int r;

                file->data[bit / 8] = (char) (file->data[bit / 8] ^ 1 << bit % 8);
                if (inflate_kind(file->data, file->size) != INFLATE_NONE) {
                        r = inflate_copy(inflater, file->data, file->size, &output, &reason);
                        assert_true(r == 0 || r == -EINVAL || r == -EFBIG);
                        if (r == 0 && expected)
                                assert_equal(&output, expected);
                        assert_int_equal(!reason, r == 0);
                }
                file->data[bit / 8] = (char) (file->data[bit / 8] ^ 1 << bit % 8);
        }
}
