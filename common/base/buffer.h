/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "macro.h"

/*
 * A buffer is a growing run of bytes: the text of an output file, an inflated module.
 *
 * Its error is sticky, as in stdio: after an append has failed for want of memory, further appends
 * do nothing and buffer_error() returns -ENOMEM. So a renderer appends freely and asks once.
 *
 * A zeroed struct is an empty buffer. The bytes are owned by the buffer and move when it grows.
 */
typedef struct Buffer {
        char *data;
        size_t size;
        size_t capacity;
        int error;
} Buffer;

void buffer_done(Buffer *buffer);
#define _cleanup_buffer_ _cleanup_(buffer_done)

/* Forgets the bytes and the error but keeps the memory, to be filled again. */
void buffer_clear(Buffer *buffer);

/* 0, or the negative errno of the first append that failed. */
static inline int buffer_error(const Buffer *buffer) {
        return buffer->error;
}

/* Makes room for `more` bytes behind the present ones. 0 or -ENOMEM (also made sticky). */
int buffer_reserve(Buffer *buffer, size_t more);

/* Inline: the renderers append some hundred thousand small pieces. */
static inline void buffer_append(Buffer *buffer, const void *bytes, size_t size) {
        if (buffer->error < 0)
                return;
        if (size > buffer->capacity - buffer->size && buffer_reserve(buffer, size) < 0)
                return;
        if (size > 0)
                memcpy(buffer->data + buffer->size, bytes, size);
        buffer->size += size;
}

static inline void buffer_append_string(Buffer *buffer, const char *string) {
        buffer_append(buffer, string, strlen(string));
}

static inline void buffer_append_byte(Buffer *buffer, uint8_t byte) {
        buffer_append(buffer, &byte, 1);
}

/* Big-endian, as all integers of kmod's index files are. */
void buffer_append_u32_be(Buffer *buffer, uint32_t value);

__attribute__((format(printf, 2, 3))) void buffer_append_format(Buffer *buffer, const char *format,
                                                                ...);
