/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* cmocka.h declares nothing of this for itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "buffer.h"

/* Bytes are compared as text, so that a failure shows both. */
static inline void assert_text(const Buffer *actual, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        assert_int_equal(buffer_error(actual), 0);
        buffer_append(&text, actual->data, actual->size);
        buffer_append_byte(&text, '\0');
        assert_int_equal(buffer_error(&text), 0);
        assert_string_equal(text.data, expected);
        assert_int_equal(actual->size, strlen(expected));
}

static inline void assert_bytes(const Buffer *actual, const void *expected, size_t size) {
        assert_int_equal(buffer_error(actual), 0);
        assert_int_equal(actual->size, size);
        if (size > 0)
                assert_memory_equal(actual->data, expected, size);
}
