/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "utf8.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

/* The size of the character that the text begins with; 0 if it begins with none. */
static size_t character_size(const char *text) {
        const uint8_t *bytes = (const uint8_t *) text;
        uint32_t code;
        size_t size;

        if (bytes[0] < 0x80)
                return 1;
        if (bytes[0] >= 0xc2 && bytes[0] < 0xe0)
                size = 2;
        else if (bytes[0] >= 0xe0 && bytes[0] < 0xf0)
                size = 3;
        else if (bytes[0] >= 0xf0 && bytes[0] < 0xf5)
                size = 4;
        else
                return 0;

        code = bytes[0] & (0x7fU >> size);
        for (size_t i = 1; i < size; i++) {
                if ((bytes[i] & 0xc0) != 0x80)
                        return 0;
                code = code << 6 | (bytes[i] & 0x3f);
        }

        /* Too long for what it says, half of a pair, or beyond the last character. */
        if ((size == 3 && code < 0x800) || (size == 4 && (code < 0x10000 || code > 0x10ffff)) ||
            (code >= 0xd800 && code < 0xe000))
                return 0;
        return size;
}

bool utf8_is_valid(const char *text) {
        while (*text != '\0') {
                size_t size = character_size(text);

                if (size == 0)
                        return false;
                text += size;
        }

        return true;
}

int utf8_escape(const char *text, char **ret_escaped) {
        _cleanup_buffer_ Buffer escaped = {};

        while (*text != '\0') {
                size_t size = character_size(text);

                if (size > 0)
                        buffer_append(&escaped, text, size);
                else
                        buffer_append_format(&escaped, "\\x%02x", (uint8_t) *text);
                text += size > 0 ? size : 1;
        }

        buffer_append_byte(&escaped, '\0');
        if (buffer_error(&escaped) < 0)
                return buffer_error(&escaped);

        *ret_escaped = TAKE_PTR(escaped.data);
        return 0;
}
