/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index.h"

#include <assert.h>
#include <errno.h>
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

/* Eight bytes at once: subtracting 1 sets the top bit of a byte that is 0. */
static size_t skip_good_bytes(const char *string, size_t size) {
        const uint64_t ones = UINT64_C(0x0101010101010101);
        size_t i;
        uint64_t word;

        for (i = 0; size - i >= sizeof(word); i += sizeof(word)) {
                memcpy(&word, string + i, sizeof(word));
                if (((word | (word - ones)) & (ones << 7)) != 0)
                        break;
        }

        return i;
}

int index_find_bad_byte(const char *string, size_t size) {
        for (size_t i = skip_good_bytes(string, size); i < size; i++) {
                uint8_t byte = (uint8_t) string[i];

                if (byte == 0 || byte > INDEX_BYTE_MAX)
                        return byte;
        }

        return -1;
}

int index_builder_add(IndexBuilder *builder, const char *key, size_t key_size, const char *value,
                      size_t value_size, uint32_t priority) {
        if (key_size >= UINT32_MAX - builder->prefix_size || value_size > UINT32_MAX ||
            builder->count >= ENTRIES_MAX)
                return -EFBIG;
        if (index_find_bad_byte(key, key_size) >= 0 || index_find_bad_byte(value, value_size) >= 0)
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
