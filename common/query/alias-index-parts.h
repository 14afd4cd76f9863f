/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include "alias-index.h"

/* For what builds an alias index and what searches it. */

/* How many bytes are the same for sure, by whole words: most aliases begin as others do. */
static inline size_t alias_common_size(const char *a, const char *b, size_t size) {
        uint64_t x, y;
        size_t i = 0;

        for (; i + sizeof(x) <= size; i += sizeof(x)) {
                memcpy(&x, a + i, sizeof(x));
                memcpy(&y, b + i, sizeof(y));
                if (x != y)
                        break;
        }

        return i;
}

/* What stands before the first wildcard differs from its normal form by dashes alone. */
static inline int alias_compare_prefix(const char *raw, size_t raw_size, const char *other,
                                       size_t other_size) {
        size_t size = raw_size < other_size ? raw_size : other_size;

        for (size_t i = alias_common_size(raw, other, size); i < size; i++) {
                uint8_t a = (uint8_t) (raw[i] == '-' ? '_' : raw[i]);
                uint8_t b = (uint8_t) (other[i] == '-' ? '_' : other[i]);

                if (a != b)
                        return a < b ? -1 : 1;
        }

        return raw_size < other_size ? -1 : raw_size > other_size;
}

/* Does the beginning of the first one stand at the beginning of the second one's? */
static inline bool alias_begins(const AliasIndex *index, const AliasPattern *pattern,
                                const char *name, size_t size) {
        return pattern->prefix_size <= size &&
               alias_compare_prefix(tree_string(index->tree, pattern->alias), pattern->prefix_size,
                                    name, pattern->prefix_size) == 0;
}

static inline const AliasPattern *alias_group_pattern(const AliasIndex *index, uint32_t group) {
        return &index->patterns[index->groups[group].first];
}
