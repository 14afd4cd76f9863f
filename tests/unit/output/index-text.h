/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "output-case.h"

/*
 * Compares an index file with the one that these entries make: pairs of a key and a value, each
 * with a priority. The index room's own tests tell that its bytes are right.
 */
typedef struct ExpectedEntry {
        const char *key;
        const char *value;
        uint32_t priority;
} ExpectedEntry;

static inline void assert_index_of(const Buffer *file, IndexLayout layout,
                                   const ExpectedEntry *entries, size_t n_entries) {
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer expected = {};

        for (size_t i = 0; i < n_entries; i++)
                assert_int_equal(index_builder_add(&builder, entries[i].key, strlen(entries[i].key),
                                                   entries[i].value, strlen(entries[i].value),
                                                   entries[i].priority),
                                 0);
        assert_int_equal(index_builder_render(&builder, layout, &expected), 0);
        assert_bytes(file, expected.data, expected.size);
}

/* The entries in the order of their insertion, which shows where priorities are equal. */
#define assert_index(file, ...)                                                                    \
        assert_index_of(file, INDEX_PREORDER, (const ExpectedEntry[]){ __VA_ARGS__ },              \
                        ELEMENTSOF(((const ExpectedEntry[]){ __VA_ARGS__ })))

static inline void assert_empty_index(const Buffer *file) {
        assert_bytes(file, "\xb0\x07\xf4\x57\0\2\0\1\0\0\0\x0c", 12);
}
