/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output-keys.h"

#include <stdlib.h>

#include "array.h"

#define CHUNK_SIZE ((size_t) 64 * 1024)

void output_keys_clear(OutputKeys *keys) {
        for (size_t i = 1; i < keys->count; i++)
                buffer_done(&keys->chunks[i]);
        if (keys->count > 1)
                keys->count = 1;
        if (keys->count > 0)
                buffer_clear(&keys->chunks[0]);
}

void output_keys_done(OutputKeys *keys) {
        output_keys_clear(keys);
        if (keys->count > 0)
                buffer_done(&keys->chunks[0]);
        free(keys->chunks);
        *keys = (OutputKeys){};
}

Buffer *output_keys_reserve(OutputKeys *keys, size_t size) {
        Buffer *last = keys->count > 0 ? &keys->chunks[keys->count - 1] : NULL;
        Buffer chunk = {};

        if (last && size <= last->capacity - last->size)
                return last;

        if (ARRAY_RESERVE(keys->chunks, keys->capacity, keys->count + 1) < 0 ||
            buffer_reserve(&chunk, size > CHUNK_SIZE ? size : CHUNK_SIZE) < 0)
                return NULL;

        keys->chunks[keys->count++] = chunk;
        return &keys->chunks[keys->count - 1];
}
