/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "alias-gram.h"

#include <stdbool.h>
#include <string.h>

static uint16_t gram_of_8(const char *bytes) {
        uint64_t word;

        memcpy(&word, bytes, sizeof(word));
        return (uint16_t) ((word * UINT64_C(0x9e3779b97f4a7c15)) >> 48);
}

static uint16_t gram_of_4(const char *bytes) {
        uint32_t word;

        memcpy(&word, bytes, sizeof(word));
        return (uint16_t) ((word * UINT64_C(0xd6e8feb86659fd93)) >> 48);
}

/*
 * Where a bracket expression ends is not the same for fnmatch(3) as for the normal form if it holds
 * a bracket or nothing; then nothing can be said of what stands behind it.
 */
static bool is_plain_group(const char *group, size_t size) {
        bool is_negated = size > 0 && (group[0] == '!' || group[0] == '^');

        return size > is_negated && !memchr(group, '[', size);
}

/* The longest run without wildcards; false if not all is understood. */
static bool find_longest(const char *pattern, size_t size, const char **ret_text,
                         size_t *ret_size) {
        const char *end = pattern + size, *start = pattern;

        *ret_text = pattern;
        *ret_size = 0;
        for (const char *next = pattern;; next++) {
                bool is_end = next == end;

                if (!is_end && *next == '\\')
                        return false;
                if (!is_end && *next != '*' && *next != '?' && *next != '[')
                        continue;

                if ((size_t) (next - start) > *ret_size) {
                        *ret_text = start;
                        *ret_size = (size_t) (next - start);
                }
                if (is_end)
                        return true;

                if (*next == '[') {
                        const char *group = next + 1;

                        next = memchr(group, ']', (size_t) (end - group));
                        if (!next || !is_plain_group(group, (size_t) (next - group)))
                                return false;
                }
                start = next + 1;
        }
}

uint16_t alias_gram_of_pattern(const char *pattern, size_t size) {
        const char *text = NULL;
        size_t text_size = 0;

        if (memchr(pattern, '\\', size) || !find_longest(pattern, size, &text, &text_size))
                return 0;

        if (text_size >= 8)
                return gram_of_8(text + text_size - 8);
        return text_size >= 4 ? gram_of_4(text + text_size - 4) : 0;
}

static void add(AliasGrams *grams, uint16_t gram) {
        grams->bits[gram / 64] |= UINT64_C(1) << (gram % 64);
}

void alias_grams_of_name(AliasGrams *grams, const char *name, size_t size) {
        *grams = (AliasGrams){};
        add(grams, 0);
        for (size_t i = 0; i + 4 <= size; i++) {
                add(grams, gram_of_4(name + i));
                if (i + 8 <= size)
                        add(grams, gram_of_8(name + i));
        }
}
