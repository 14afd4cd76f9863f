/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "alias-index.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "alias-gram.h"
#include "array.h"
#include "module-name.h"

/* Fewer patterns are compared at once than the grams of the name are made. */
#define GROUP_SMALL 8

void alias_index_done(AliasIndex *index) {
        free(index->patterns);
        free(index->groups);
        *index = (AliasIndex){};
}

int alias_index_add(AliasIndex *index, StringId alias, uint32_t module, Buffer *scratch) {
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
                .sequence = (uint32_t) index->count,
                .prefix_size = (uint16_t) prefix_size,
                .gram = alias_gram_of_pattern(scratch->data + prefix_size,
                                              scratch->size - 1 - prefix_size),
        };
        index->count++;
        return 0;
}

/* How many bytes are the same for sure, by whole words: most aliases begin as others do. */
static size_t common_size(const char *a, const char *b, size_t size) {
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
static int compare_prefix(const char *raw, size_t raw_size, const char *other, size_t other_size) {
        size_t size = raw_size < other_size ? raw_size : other_size;

        for (size_t i = common_size(raw, other, size); i < size; i++) {
                uint8_t a = (uint8_t) (raw[i] == '-' ? '_' : raw[i]);
                uint8_t b = (uint8_t) (other[i] == '-' ? '_' : other[i]);

                if (a != b)
                        return a < b ? -1 : 1;
        }

        return raw_size < other_size ? -1 : raw_size > other_size;
}

static int compare_patterns(const void *x, const void *y, void *userdata) {
        const AliasPattern *a = x, *b = y;
        const Tree *tree = userdata;
        int order = compare_prefix(tree_string(tree, a->alias), a->prefix_size,
                                   tree_string(tree, b->alias), b->prefix_size);

        if (order != 0)
                return order;
        return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

/* Does the beginning of the first one stand at the beginning of the second one's? */
static bool begins(const AliasIndex *index, const AliasPattern *pattern, const char *name,
                   size_t size) {
        return pattern->prefix_size <= size &&
               compare_prefix(tree_string(index->tree, pattern->alias), pattern->prefix_size, name,
                              pattern->prefix_size) == 0;
}

static const AliasPattern *group_pattern(const AliasIndex *index, uint32_t group) {
        return &index->patterns[index->groups[group].first];
}

static uint32_t find_parent(const AliasIndex *index, const AliasPattern *pattern, uint32_t group) {
        const char *text = tree_string(index->tree, pattern->alias);

        while (group != ALIAS_GROUP_NONE &&
               !begins(index, group_pattern(index, group), text, pattern->prefix_size))
                group = index->groups[group].parent;

        return group;
}

int alias_index_finish(AliasIndex *index) {
        uint32_t group = ALIAS_GROUP_NONE;

        if (index->count == 0)
                return 0;
        qsort_r(index->patterns, index->count, sizeof(AliasPattern), compare_patterns,
                (void *) index->tree);

        index->groups = calloc(index->count, sizeof(AliasGroup));
        if (!index->groups)
                return -ENOMEM;

        for (size_t i = 0; i < index->count; i++) {
                const AliasPattern *pattern = &index->patterns[i];
                uint32_t parent = find_parent(index, pattern, group);

                if (parent != ALIAS_GROUP_NONE &&
                    group_pattern(index, parent)->prefix_size == pattern->prefix_size)
                        continue;

                group = (uint32_t) index->n_groups++;
                index->groups[group] = (AliasGroup){ .first = (uint32_t) i, .parent = parent };
        }

        return 0;
}

/* The last group that does not stand behind the name. */
static uint32_t find_group(const AliasIndex *index, const char *name, size_t size) {
        size_t low = 0, high = index->n_groups;

        while (low < high) {
                size_t middle = low + (high - low) / 2;
                const AliasPattern *pattern = group_pattern(index, (uint32_t) middle);

                if (compare_prefix(tree_string(index->tree, pattern->alias), pattern->prefix_size,
                                   name, size) <= 0)
                        low = middle + 1;
                else
                        high = middle;
        }

        return low == 0 ? ALIAS_GROUP_NONE : (uint32_t) (low - 1);
}

/* A name that is being looked for, and what is kept for it on the way. */
typedef struct Search {
        const AliasIndex *index;
        const char *name;
        size_t size;
        AliasHits *hits;
        Buffer pattern;
        AliasGrams grams;
        bool has_grams;
} Search;

static void search_done(Search *search) {
        buffer_done(&search->pattern);
}

/* The beginnings are the same already. Only what follows is a pattern, even if it holds a '\'. */
static int match_rest(Search *search, const AliasPattern *pattern) {
        const char *text = tree_string(search->index->tree, pattern->alias);
        size_t size = string_table_size(search->index->tree->strings, pattern->alias);
        int r;

        if (size == pattern->prefix_size || pattern->prefix_size == ALIAS_SIZE_MAX)
                return search->size == pattern->prefix_size;

        if (size > ALIAS_SIZE_MAX || memchr(text, '-', size)) {
                buffer_clear(&search->pattern);
                r = alias_normalize(text, size, &search->pattern);
                buffer_append_byte(&search->pattern, '\0');
                if (r < 0 || buffer_error(&search->pattern) < 0)
                        return -ENOMEM;
                text = search->pattern.data;
        }

        return fnmatch(text + pattern->prefix_size, search->name + pattern->prefix_size, 0) == 0;
}

static int match_group(Search *search, uint32_t group) {
        const AliasIndex *index = search->index;
        uint32_t first = index->groups[group].first;
        uint32_t end = group + 1 < index->n_groups ? index->groups[group + 1].first
                                                   : (uint32_t) index->count;
        AliasHits *hits = search->hits;
        int r;

        if (end - first > GROUP_SMALL && !search->has_grams) {
                alias_grams_of_name(&search->grams, search->name, search->size);
                search->has_grams = true;
        }

        for (const AliasPattern *pattern = index->patterns + first; pattern < index->patterns + end;
             pattern++) {
                if (search->has_grams && !alias_grams_have(&search->grams, pattern->gram))
                        continue;

                r = match_rest(search, pattern);
                if (r < 0)
                        return r;
                if (r == 0)
                        continue;
                if (ARRAY_RESERVE(hits->items, hits->capacity, hits->count + 1) < 0)
                        return -ENOMEM;
                hits->items[hits->count++] = pattern;
        }

        return 0;
}

static int compare_hits(const void *x, const void *y) {
        const AliasPattern *a = *(const AliasPattern *const *) x;
        const AliasPattern *b = *(const AliasPattern *const *) y;

        return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

int alias_index_match(const AliasIndex *index, const char *name, size_t size, AliasHits *hits) {
        _cleanup_(search_done) Search search;
        uint32_t group;
        int r;

        /* Not zeroed as a whole: most searches need no grams. */
        search.index = index;
        search.name = name;
        search.size = size;
        search.hits = hits;
        search.pattern = (Buffer){};
        search.has_grams = false;

        hits->count = 0;
        for (group = find_group(index, name, size); group != ALIAS_GROUP_NONE;
             group = index->groups[group].parent) {
                if (!begins(index, group_pattern(index, group), name, size))
                        continue;
                r = match_group(&search, group);
                if (r < 0)
                        return r;
        }

        if (hits->count > 1)
                qsort(hits->items, hits->count, sizeof(hits->items[0]), compare_hits);
        return 0;
}
