/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "modinfo.h"

/* Every byte of the section that is not NUL belongs to one field, in order; `at` is what is left.
 */
typedef struct Reading {
        const char *at;
        const char *end;
        size_t n_fields;
        size_t stop_after;
} Reading;

enum {
        STOP = -4711,
};

static int on_field(const char *key, size_t key_size, const char *value, size_t value_size,
                    void *userdata) {
        Reading *reading = userdata;
        const char *field_end = value + value_size;

        while (reading->at < reading->end && *reading->at == '\0')
                reading->at++;

        fuzz_check(key == reading->at);
        fuzz_check(field_end > key && field_end <= reading->end);
        fuzz_check(!memchr(key, '\0', (size_t) (field_end - key)));
        fuzz_check(field_end == reading->end || *field_end == '\0');
        fuzz_check(!memchr(key, '=', key_size));
        if (value == key + key_size)
                fuzz_check(value_size == 0);
        else
                fuzz_check(value == key + key_size + 1 && key[key_size] == '=');

        reading->at = field_end;
        reading->n_fields++;
        return reading->n_fields == reading->stop_after ? STOP : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        const char *text = (const char *) bytes;
        Reading all = { .at = text, .end = text + size }, some = all;

        fuzz_check(modinfo_parse(text, size, on_field, &all) == 0);

        /* Of a single byte behind NULs nothing is made. */
        while (all.at < all.end && *all.at == '\0')
                all.at++;
        fuzz_check(all.at == all.end || (all.n_fields == 0 && all.end - all.at == 1));

        some.stop_after = all.n_fields / 2;
        fuzz_check(modinfo_parse(text, size, on_field, &some) == (some.stop_after > 0 ? STOP : 0));
        fuzz_check(some.stop_after == 0 || some.n_fields == some.stop_after);
        return 0;
}
