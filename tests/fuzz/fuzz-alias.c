/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <errno.h>
#include <string.h>

#include "module-name.h"

static const char before[] = "what was there before";

/* Byte by byte: '-' becomes '_' outside of brackets, which do not nest. False: they do not match.
 */
static bool normalize(char *alias, size_t size) {
        bool in_brackets = false;

        for (size_t i = 0; i < size; i++) {
                if (alias[i] == ']' && !in_brackets)
                        return false;
                if (alias[i] == '-' && !in_brackets)
                        alias[i] = '_';
                if (alias[i] == '[')
                        in_brackets = true;
                if (alias[i] == ']')
                        in_brackets = false;
        }

        return !in_brackets;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        size_t cut_size = size < ALIAS_SIZE_MAX ? size : ALIAS_SIZE_MAX;
        _cleanup_buffer_ Buffer output = {}, expected = {};
        int r;

        buffer_append_string(&output, before);
        buffer_append_string(&expected, before);
        buffer_append(&expected, bytes, cut_size);
        fuzz_check(buffer_error(&expected) == 0);

        r = alias_normalize((const char *) bytes, size, &output);
        if (normalize(expected.data + strlen(before), cut_size))
                fuzz_check(r == 0);
        else {
                fuzz_check(r == -EINVAL);
                expected.size = strlen(before);
        }

        fuzz_check(output.size == expected.size);
        fuzz_check(memcmp(output.data, expected.data, output.size) == 0);
        return 0;
}
