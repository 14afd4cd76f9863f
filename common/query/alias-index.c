/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "alias-index.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "alias-gram.h"
#include "alias-index-parts.h"
#include "array.h"
#include "module-name.h"

/* Fewer patterns are compared at once than the grams of the name are made. */
#define GROUP_SMALL 8

void alias_index_done(AliasIndex *index) {
        free(index->patterns);
        free(index->groups);
        *index = (AliasIndex){};
}

/* The last group that does not stand behind the name. */
static uint32_t find_group(const AliasIndex *index, const char *name, size_t size) {
        size_t low = 0, high = index->n_groups;

        while (low < high) {
                size_t middle = low + (high - low) / 2;
                const AliasPattern *pattern = alias_group_pattern(index, (uint32_t) middle);

                if (alias_compare_prefix(tree_string(index->tree, pattern->alias),
                                         pattern->prefix_size, name, size) <= 0)
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
                if (!alias_begins(index, alias_group_pattern(index, group), name, size))
                        continue;
                r = match_group(&search, group);
                if (r < 0)
                        return r;
        }

        if (hits->count > 1)
                qsort(hits->items, hits->count, sizeof(hits->items[0]), compare_hits);
        return 0;
}
