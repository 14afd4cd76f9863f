/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "der.h"

#include <string.h>

static bool take_length(Der *der, size_t *ret_length) {
        size_t length = 0, n_bytes;
        uint8_t first;

        if (der_size(*der) == 0)
                return false;

        first = *der->next++;
        if (first < 0x80) {
                *ret_length = first;
                return true;
        }

        n_bytes = first & 0x7f;
        if (n_bytes == 0 || n_bytes > 4 || n_bytes > der_size(*der))
                return false;
        while (n_bytes-- > 0)
                length = length << 8 | *der->next++;

        *ret_length = length;
        return true;
}

bool der_take(Der *der, uint8_t *ret_tag, Der *ret_content) {
        Der rest = *der;
        size_t length;
        uint8_t tag;

        if (der_size(rest) == 0)
                return false;
        tag = *rest.next++;
        if ((tag & 0x1f) == 0x1f || !take_length(&rest, &length) || length > der_size(rest))
                return false;

        *ret_tag = tag;
        *ret_content = der_of(rest.next, length);
        rest.next += length;
        *der = rest;
        return true;
}

bool der_take_tagged(Der *der, uint8_t tag, Der *ret_content) {
        Der rest = *der, content;
        uint8_t found;

        if (!der_take(&rest, &found, &content) || found != tag)
                return false;

        *ret_content = content;
        *der = rest;
        return true;
}

bool der_is(Der der, const void *bytes, size_t size) {
        return der_size(der) == size && memcmp(der.next, bytes, size) == 0;
}
