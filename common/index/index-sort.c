/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-sort.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

/*
 * Keys are sorted by their first eight bytes, taken as one number; those that agree in all of them
 * by the next eight, and so on. So each byte that tells two keys apart, and the beginning that they
 * share, is read once and not in each of n log n comparisons, there is no bad order of the input,
 * and the trie gets its branching points for nothing.
 *
 * A key that ends within a word is filled up with 0, which no key holds: it comes before all that
 * it begins, and a word that ends with 0 belongs to keys that are equal.
 */
#define WORD_SIZE sizeof(uint64_t)

/*
 * A group is a run of two items or more that agree up to `depth`, or altogether, and are still to
 * be sorted. It is noted in its first two items, so that no stack is needed, however long the keys
 * are.
 */
#define SHARED_UNKNOWN UINT32_MAX
#define DEPTH_EQUAL SIZE_MAX

static void group_begin(IndexItem *items, size_t first, size_t end, size_t depth) {
        items[first].word = depth;
        items[first + 1].word = end;
        items[first + 1].shared = SHARED_UNKNOWN;
}

static uint64_t load_word(const char *bytes) {
        uint64_t word;

        memcpy(&word, bytes, sizeof(word));
        return be64toh(word);
}

/* Keys of a group are at least as long as it is deep. */
static uint64_t key_word(const IndexEntry *entry, size_t depth) {
        size_t left = entry->key_size - depth;
        uint64_t word = 0;

        if (left >= WORD_SIZE)
                return load_word(entry->key + depth);
        if (left == 0)
                return 0;
        if (entry->key_size >= WORD_SIZE)
                return load_word(entry->key + entry->key_size - WORD_SIZE)
                       << 8 * (WORD_SIZE - left);

        for (size_t i = 0; i < WORD_SIZE; i++)
                word = word << 8 | (i < left ? (uint8_t) entry->key[depth + i] : 0);
        return word;
}

/* Equal keys have an order too; no two entries have the same word then. */
static uint64_t word_of(const IndexEntry *entry, size_t depth) {
        if (depth == DEPTH_EQUAL)
                return (uint64_t) entry->priority << 32 | (uint32_t) ~entry->sequence;
        return key_word(entry, depth);
}

/* Few enough that counting them into 256 places would take longer. */
#define INSERTION_MAX 40

static void sort_by_insertion(IndexItem *items, size_t n) {
        for (size_t i = 1; i < n; i++) {
                IndexItem item = items[i];
                size_t k = i;

                for (; k > 0 && items[k - 1].word > item.word; k--)
                        items[k] = items[k - 1];
                items[k] = item;
        }
}

static void spread(const IndexItem *items, IndexItem *out, size_t n, unsigned shift) {
        size_t places[256] = {}, place = 0;

        for (size_t i = 0; i < n; i++)
                places[items[i].word >> shift & 0xff]++;
        for (size_t i = 0; i < ELEMENTSOF(places); i++) {
                size_t count = places[i];

                places[i] = place;
                place += count;
        }
        for (size_t i = 0; i < n; i++)
                out[places[items[i].word >> shift & 0xff]++] = items[i];
}

/* By the bytes from `shift` on, of which some two items differ in those that `varying` has. */
static void sort_by_counting(IndexItem *items, IndexItem *scratch, size_t n, uint64_t varying,
                             unsigned shift) {
        IndexItem *from = items, *to = scratch;

        for (; shift < 64; shift += 8) {
                IndexItem *sorted = to;

                if ((varying >> shift & 0xff) == 0)
                        continue;
                spread(from, to, n, shift);
                to = from;
                from = sorted;
        }

        if (from != items)
                memcpy(items, from, n * sizeof(*items));
}

/* The lowest of the `n` highest bytes that `varying` has bits in. */
static unsigned lowest_shift(uint64_t varying, unsigned n) {
        unsigned shift = 0;

        for (; n > 0 && varying != 0; n--) {
                shift = (63U - (unsigned) __builtin_clzll(varying)) / 8 * 8;
                varying &= (UINT64_C(1) << shift) - 1;
        }

        return shift;
}

/* So many bytes leave but a few items together that differ behind them. */
#define COUNTED_BYTES 3

/*
 * Sorts a group by a word of each entry, unless they are in order already, as they often are. What
 * is below the returned shift has not been looked at.
 */
static unsigned sort_by_words(const IndexBuilder *builder, IndexItem *items, size_t n,
                              size_t depth) {
        uint64_t all = UINT64_MAX, any = 0, previous = 0;
        bool is_sorted = true;
        unsigned shift;

        for (size_t i = 0; i < n; i++) {
                uint64_t word = word_of(&builder->entries[items[i].entry], depth);

                items[i].word = word;
                is_sorted &= word >= previous;
                previous = word;
                all &= word;
                any |= word;
        }

        if (is_sorted)
                return 0;
        if (n <= INSERTION_MAX) {
                sort_by_insertion(items, n);
                return 0;
        }

        shift = depth == DEPTH_EQUAL ? 0 : lowest_shift(all ^ any, COUNTED_BYTES);
        sort_by_counting(items, builder->items + builder->count, n, all ^ any, shift);
        return shift;
}

/* Notes where the item at a place and the one before it part. */
static void part(const IndexBuilder *builder, size_t place, uint64_t before, uint64_t word,
                 size_t depth) {
        unsigned n_equal;

        if (depth == DEPTH_EQUAL) {
                builder->items[place].shared = index_builder_key_size(builder, place);
                return;
        }

        n_equal = (unsigned) __builtin_clzll(word ^ before) / 8;
        builder->items[place].shared = builder->prefix_size + (uint32_t) (depth + n_equal);
        builder->forks[place] = (IndexFork){ .before = (uint8_t) (before >> (56 - 8 * n_equal)),
                                             .here = (uint8_t) (word >> (56 - 8 * n_equal)) };
}

/* Leaves groups of those that still agree. */
static void sort_group(IndexBuilder *builder, size_t first) {
        IndexItem *items = builder->items;
        size_t depth = items[first].word, end = items[first + 1].word, next;
        uint32_t first_shared = items[first].shared;
        unsigned shift = sort_by_words(builder, items + first, end - first, depth);
        uint64_t previous = 0;

        for (size_t i = first; i < end; i = next) {
                uint64_t word = items[i].word >> shift << shift;

                for (next = i + 1; next < end && items[next].word >> shift == word >> shift;)
                        next++;

                if (i == first)
                        items[i].shared = first_shared;
                else
                        part(builder, i, previous, word, depth);
                if (next - i > 1)
                        group_begin(items, i, next,
                                    (word >> shift & 0xff) == 0 ? DEPTH_EQUAL
                                                                : depth + (64 - shift) / 8);
                previous = word;
        }
}

static uint8_t first_byte(const IndexBuilder *builder) {
        const IndexEntry *entry = index_builder_sorted(builder, 0);

        if (builder->prefix_size > 0)
                return (uint8_t) builder->prefix[0];
        return entry->key_size > 0 ? (uint8_t) entry->key[0] : 0;
}

int index_builder_sort(IndexBuilder *builder) {
        size_t n = builder->count;

        if (ARRAY_RESERVE(builder->items, builder->items_capacity, 2 * n) < 0 ||
            ARRAY_RESERVE(builder->forks, builder->forks_capacity, n) < 0)
                return -ENOMEM;

        for (size_t i = 0; i < n; i++)
                builder->items[i] = (IndexItem){ .entry = (uint32_t) i };

        if (n > 1)
                group_begin(builder->items, 0, n, 0);
        for (size_t i = 0; i + 1 < n;) {
                if (builder->items[i + 1].shared == SHARED_UNKNOWN)
                        sort_group(builder, i);
                else
                        i++;
        }

        if (n > 0)
                builder->forks[0] = (IndexFork){ .here = first_byte(builder) };
        return 0;
}
