/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "index-format.h"
#include "index-nodes.h"

/* Two nodes for each key and the root must be countable with 32 bits. */
#define ENTRIES_MAX (UINT32_MAX / 4)

void index_builder_done(IndexBuilder *builder) {
        free(builder->entries);
        free(builder->items);
        free(builder->forks);
        index_nodes_done(&builder->nodes);
        index_nodes_done(&builder->open_nodes);
        *builder = (IndexBuilder){};
}

void index_builder_clear(IndexBuilder *builder) {
        builder->count = 0;
        builder->prefix = NULL;
        builder->prefix_size = 0;
}

void index_builder_set_prefix(IndexBuilder *builder, const char *prefix) {
        assert(builder->count == 0);
        builder->prefix = prefix;
        builder->prefix_size = (uint32_t) strlen(prefix);
}

int index_builder_reserve(IndexBuilder *builder, size_t n_entries) {
        return ARRAY_RESERVE(builder->entries, builder->capacity, n_entries);
}

#define ONES UINT64_C(0x0101010101010101)

/* Eight bytes at once: subtracting 1 sets the top bit of a byte that is 0. */
static bool has_bad_byte(const char *bytes) {
        uint64_t word;

        memcpy(&word, bytes, sizeof(word));
        return ((word | (word - ONES)) & (ONES << 7)) != 0;
}

/* The last eight bytes may have been looked at in part already. */
static bool is_good(const char *string, size_t size) {
        size_t i;

        if (size < sizeof(uint64_t))
                return false;
        for (i = 0; size - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
                if (has_bad_byte(string + i))
                        return false;
        }
        return !has_bad_byte(string + size - sizeof(uint64_t));
}

int index_find_bad_byte(const char *string, size_t size) {
        if (is_good(string, size))
                return -1;

        for (size_t i = 0; i < size; i++) {
                uint8_t byte = (uint8_t) string[i];

                if (byte == 0 || byte > INDEX_BYTE_MAX)
                        return byte;
        }

        return -1;
}

/* Most entries have the value of the one before. */
static bool has_last_value(const IndexBuilder *builder, const char *value, size_t size) {
        const IndexEntry *entries = builder->entries;
        size_t n = builder->count;

        return n > 0 && entries[n - 1].value == value && entries[n - 1].value_size == size;
}

int index_builder_add(IndexBuilder *builder, const char *key, size_t key_size, const char *value,
                      size_t value_size, uint32_t priority) {
        if (key_size >= UINT32_MAX - builder->prefix_size || value_size > UINT32_MAX ||
            builder->count >= ENTRIES_MAX)
                return -EFBIG;
        if (index_find_bad_byte(key, key_size) >= 0 ||
            (!has_last_value(builder, value, value_size) &&
             index_find_bad_byte(value, value_size) >= 0))
                return -EILSEQ;
        if (ARRAY_RESERVE(builder->entries, builder->capacity, builder->count + 1) < 0)
                return -ENOMEM;

        builder->entries[builder->count] = (IndexEntry){
                .key = key,
                .value = value,
                .key_size = (uint32_t) key_size,
                .value_size = (uint32_t) value_size,
                .priority = priority,
                .sequence = (uint32_t) builder->count,
        };
        builder->count++;
        return 0;
}
