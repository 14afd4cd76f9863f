/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "buffer.h"

#include <errno.h>
#include <stdio.h>

#include "array.h"

void buffer_done(Buffer *buffer) {
        free(buffer->data);
        *buffer = (Buffer){};
}

void buffer_clear(Buffer *buffer) {
        buffer->size = 0;
        buffer->error = 0;
}

int buffer_reserve(Buffer *buffer, size_t more) {
        size_t needed;

        if (buffer->error < 0)
                return buffer->error;

        if (__builtin_add_overflow(buffer->size, more, &needed) ||
            ARRAY_RESERVE(buffer->data, buffer->capacity, needed) < 0)
                buffer->error = -ENOMEM;

        return buffer->error;
}

void buffer_append_u32_be(Buffer *buffer, uint32_t value) {
        const uint8_t bytes[] = { (uint8_t) (value >> 24), (uint8_t) (value >> 16),
                                  (uint8_t) (value >> 8), (uint8_t) value };

        buffer_append(buffer, bytes, sizeof(bytes));
}

void buffer_append_format(Buffer *buffer, const char *format, ...) {
        _cleanup_free_ char *text = NULL;
        va_list arguments;
        int n;

        if (buffer->error < 0)
                return;

        va_start(arguments, format);
        n = vasprintf(&text, format, arguments);
        va_end(arguments);

        if (n < 0) {
                text = NULL;
                buffer->error = -ENOMEM;
                return;
        }

        buffer_append(buffer, text, (size_t) n);
}
