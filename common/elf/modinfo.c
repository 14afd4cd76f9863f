/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modinfo.h"

#include <string.h>

int modinfo_parse(const char *bytes, size_t size,
                  int (*on_field)(const char *key, size_t key_size, const char *value,
                                  size_t value_size, void *userdata),
                  void *userdata) {
        const char *end = bytes + size;
        int r;

        while (bytes < end && *bytes == '\0')
                bytes++;
        if (end - bytes <= 1)
                return 0;

        while (bytes < end) {
                size_t field_size = strnlen(bytes, (size_t) (end - bytes));
                const char *equals = memchr(bytes, '=', field_size);
                size_t key_size = equals ? (size_t) (equals - bytes) : field_size;
                size_t value_size = equals ? field_size - key_size - 1 : 0;

                if (field_size > 0) {
                        r = on_field(bytes, key_size, bytes + field_size - value_size, value_size,
                                     userdata);
                        if (r < 0)
                                return r;
                }
                bytes += field_size + 1;
        }

        return 0;
}
