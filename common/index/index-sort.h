/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

#include "index.h"

/*
 * Where an entry stands among the sorted ones: at the place of the item. `shared` is how many bytes
 * its key and that of the item before it begin with in common (0 for the first).
 */
typedef struct IndexItem {
        uint64_t word; /* for sorting */
        uint32_t entry;
        uint32_t shared;
} IndexItem;

/*
 * Where the key at a place parts from the one before it: the bytes behind what they share. `before`
 * is 0 where the one before is a beginning of the other or there is none. Of equal keys neither
 * means anything.
 */
typedef struct IndexFork {
        uint8_t before;
        uint8_t here;
} IndexFork;

/*
 * Sorts the entries by key, then by ascending priority, then the last inserted first: fills
 * builder->items and forks. 0 or -ENOMEM.
 */
int index_builder_sort(IndexBuilder *builder);

/* The entry at a place in key order, once they are sorted. */
static inline const IndexEntry *index_builder_sorted(const IndexBuilder *builder, size_t place) {
        return &builder->entries[builder->items[place].entry];
}

static inline uint32_t index_builder_key_size(const IndexBuilder *builder, size_t place) {
        return builder->prefix_size + index_builder_sorted(builder, place)->key_size;
}
