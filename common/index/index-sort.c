/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-sort.h"

#include <errno.h>
#include <stdbool.h>

/*
 * A merge sort that knows, for each key of a sorted run, how much it shares with the one before it.
 * While two runs are merged, each head knows what it shares with the key that was taken last; the
 * one that shares more comes first, and only when both share the same does it take a look at the
 * bytes behind that. So the beginnings that aliases have in common are read once and not in each of
 * the n log n comparisons, there is no bad order of the input, and the trie gets its branching
 * points for nothing.
 */
typedef struct SortItem {
        const char *key;
        uint32_t key_size;
        uint32_t shared; /* with the item before it in its run; 0 for a run's first */
        const IndexEntry *entry;
} SortItem;

/* To be asked only of items that agree on the first a->shared == b->shared bytes. */
static bool item_precedes(const SortItem *a, const SortItem *b, uint32_t *ret_shared) {
        uint32_t end = a->key_size < b->key_size ? a->key_size : b->key_size;
        uint32_t i = a->shared;

        while (i < end && a->key[i] == b->key[i])
                i++;

        *ret_shared = i;
        if (i < end)
                return (uint8_t) a->key[i] < (uint8_t) b->key[i];
        if (a->key_size != b->key_size)
                return a->key_size < b->key_size;
        if (a->entry->priority != b->entry->priority)
                return a->entry->priority < b->entry->priority;
        return a->entry->sequence > b->entry->sequence;
}

static void merge_runs(SortItem *left, SortItem *right, SortItem *end, SortItem *out) {
        SortItem *left_end = right;

        while (left < left_end && right < end) {
                uint32_t shared;

                if (left->shared > right->shared)
                        *out++ = *left++;
                else if (left->shared < right->shared)
                        *out++ = *right++;
                else if (item_precedes(left, right, &shared)) {
                        *out++ = *left++;
                        right->shared = shared;
                } else {
                        *out++ = *right++;
                        left->shared = shared;
                }
        }

        while (left < left_end)
                *out++ = *left++;
        while (right < end)
                *out++ = *right++;
}

/* Returns the one of the two arrays that holds the result. */
static SortItem *sort_items(SortItem *items, SortItem *other, size_t n) {
        for (size_t run = 1; run < n; run *= 2) {
                SortItem *merged = other;

                for (size_t i = 0; i < n; i += 2 * run) {
                        size_t middle = n - i < run ? n : i + run;
                        size_t end = n - middle < run ? n : middle + run;

                        merge_runs(items + i, items + middle, items + end, merged + i);
                }

                other = items;
                items = merged;
        }

        return items;
}

int index_builder_sort(IndexBuilder *builder, uint32_t **ret_shared) {
        _cleanup_free_ SortItem *items = NULL;
        _cleanup_free_ IndexEntry *sorted = NULL;
        _cleanup_free_ uint32_t *shared = NULL;
        size_t n = builder->count;
        SortItem *result;

        items = calloc(n > 0 ? n : 1, 2 * sizeof(*items));
        sorted = calloc(n > 0 ? n : 1, sizeof(*sorted));
        shared = calloc(n > 0 ? n : 1, sizeof(*shared));
        if (!items || !sorted || !shared)
                return -ENOMEM;

        for (size_t i = 0; i < n; i++)
                items[i] = (SortItem){ .key = builder->entries[i].key,
                                       .key_size = builder->entries[i].key_size,
                                       .entry = &builder->entries[i] };

        result = sort_items(items, items + n, n);
        for (size_t i = 0; i < n; i++) {
                sorted[i] = *result[i].entry;
                shared[i] = result[i].shared;
        }

        free(builder->entries);
        builder->entries = TAKE_PTR(sorted);
        builder->capacity = n;
        *ret_shared = TAKE_PTR(shared);
        return 0;
}
