/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "alias-gram.h"
#include "alias-index-parts.h"
#include "array.h"
#include "module-name.h"

int alias_index_add(AliasIndex *index, StringId alias, uint32_t module, uint32_t sequence,
                    Buffer *scratch) {
        const char *text = tree_string(index->tree, alias);
        size_t prefix_size;
        int r;

        buffer_clear(scratch);
        r = alias_normalize(text, string_table_size(index->tree->strings, alias), scratch);
        if (r == -EINVAL)
                return 0;
        buffer_append_byte(scratch, '\0');
        if (buffer_error(scratch) < 0)
                return -ENOMEM;
        if (ARRAY_RESERVE(index->patterns, index->capacity, index->count + 1) < 0)
                return -ENOMEM;

        prefix_size = strcspn(scratch->data, "*?[");
        index->patterns[index->count] = (AliasPattern){
                .alias = alias,
                .module = module,
                .sequence = sequence,
                .prefix_size = (uint16_t) prefix_size,
                .gram = alias_gram_of_pattern(scratch->data + prefix_size,
                                              scratch->size - 1 - prefix_size),
        };
        index->count++;
        return 0;
}

static int compare_patterns(const void *x, const void *y, void *userdata) {
        const AliasPattern *a = x, *b = y;
        const Tree *tree = userdata;
        int order = alias_compare_prefix(tree_string(tree, a->alias), a->prefix_size,
                                         tree_string(tree, b->alias), b->prefix_size);

        if (order != 0)
                return order;
        return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static int compare_sequences(const void *x, const void *y) {
        const AliasPattern *a = x, *b = y;

        return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

/* Patterns that begin alike: those from `start` on. The order of modules may have changed. */
static void sort_group(AliasIndex *index, size_t start) {
        for (size_t i = start + 1; i < index->count; i++) {
                if (index->patterns[i - 1].sequence < index->patterns[i].sequence)
                        continue;
                qsort(index->patterns + start, index->count - start, sizeof(AliasPattern),
                      compare_sequences);
                return;
        }
}

int alias_index_inherit(AliasIndex *index, const AliasIndex *before, const AliasHeir *heirs) {
        if (ARRAY_RESERVE(index->patterns, index->capacity, before->count) < 0)
                return -ENOMEM;

        for (size_t group = 0; group < before->n_groups; group++) {
                size_t start = index->count, i = before->groups[group].first;
                size_t end = group + 1 < before->n_groups ? before->groups[group + 1].first
                                                          : before->count;

                for (; i < end; i++) {
                        AliasPattern pattern = before->patterns[i];
                        AliasHeir heir = heirs[pattern.module];

                        if (heir.module == ALIAS_NO_HEIR)
                                continue;
                        pattern.module = heir.module;
                        pattern.sequence += heir.shift;
                        index->patterns[index->count++] = pattern;
                }
                sort_group(index, start);
        }

        index->n_sorted = index->count;
        return 0;
}

/* The inherited patterns are sorted, the others, which are few then, are not. */
static int sort_patterns(AliasIndex *index) {
        size_t n_others = index->count - index->n_sorted;
        AliasPattern *sorted, *out, *a = index->patterns, *a_end, *b, *b_end;
        void *tree = (void *) index->tree;

        if (n_others == 0)
                return 0;
        a_end = b = a + index->n_sorted;
        b_end = b + n_others;
        qsort_r(b, n_others, sizeof(AliasPattern), compare_patterns, tree);
        if (index->n_sorted == 0)
                return 0;

        sorted = out = reallocarray(NULL, index->count, sizeof(AliasPattern));
        if (!sorted)
                return -ENOMEM;
        while (a < a_end && b < b_end)
                *out++ = compare_patterns(a, b, tree) <= 0 ? *a++ : *b++;
        while (a < a_end)
                *out++ = *a++;
        while (b < b_end)
                *out++ = *b++;

        free(index->patterns);
        index->patterns = sorted;
        index->capacity = index->count;
        return 0;
}

static uint32_t find_parent(const AliasIndex *index, const AliasPattern *pattern, uint32_t group) {
        const char *text = tree_string(index->tree, pattern->alias);

        while (group != ALIAS_GROUP_NONE &&
               !alias_begins(index, alias_group_pattern(index, group), text, pattern->prefix_size))
                group = index->groups[group].parent;

        return group;
}

static int add_group(AliasIndex *index, size_t *capacity, size_t first, uint32_t parent) {
        if (ARRAY_RESERVE(index->groups, *capacity, index->n_groups + 1) < 0)
                return -ENOMEM;

        index->groups[index->n_groups++] =
                (AliasGroup){ .first = (uint32_t) first, .parent = parent };
        return 0;
}

int alias_index_finish(AliasIndex *index) {
        uint32_t group = ALIAS_GROUP_NONE;
        size_t capacity = 0;
        int r;

        r = sort_patterns(index);
        if (r < 0)
                return r;

        for (size_t i = 0; i < index->count; i++) {
                const AliasPattern *pattern = &index->patterns[i];
                uint32_t parent = find_parent(index, pattern, group);

                if (parent != ALIAS_GROUP_NONE &&
                    alias_group_pattern(index, parent)->prefix_size == pattern->prefix_size)
                        continue;

                group = (uint32_t) index->n_groups;
                r = add_group(index, &capacity, i, parent);
                if (r < 0)
                        return r;
        }

        return 0;
}
