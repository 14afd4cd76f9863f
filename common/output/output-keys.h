/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "buffer.h"

/*
 * The keys of an index that are not the strings of the model themselves. They stay where they are
 * while others are added.
 */
typedef struct OutputKeys {
        Buffer *chunks;
        size_t count;
        size_t capacity;
} OutputKeys;

void output_keys_done(OutputKeys *keys);

/* Forgets the keys but keeps the memory of the first ones. */
void output_keys_clear(OutputKeys *keys);

/* A buffer to which so many bytes can be appended without moving it; NULL: no memory. */
Buffer *output_keys_reserve(OutputKeys *keys, size_t size);
