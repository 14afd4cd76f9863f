/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

/*
 * kmod's binary index: a file that maps keys to values with priorities through a trie, and that
 * modprobe and udev map into memory (specification sections 6.7 and 6.8; drawn in index-format.h).
 *
 * An index builder collects entries and renders the file's bytes once. Keys and values are
 * borrowed: they must stay where they are until the builder is done with.
 */
typedef struct IndexEntry {
        const char *key;
        const char *value;
        uint32_t key_size;   /* without NUL */
        uint32_t value_size; /* without NUL */
        uint32_t priority;
        uint32_t sequence; /* the order of insertion; set by index_builder_add() */
} IndexEntry;

/* The trie before it becomes bytes (index-nodes.h). */
typedef struct IndexNodes {
        struct IndexNode *items;
        size_t count;
        size_t capacity;
} IndexNodes;

/*
 * Items, forks and nodes are what rendering needs. They are kept with the entries' memory for the
 * next index: fresh memory costs more than what is done with it.
 */
typedef struct IndexBuilder {
        IndexEntry *entries; /* in the order of insertion */
        size_t count;
        size_t capacity;
        const char *prefix; /* that all keys have before what the entry says; borrowed */
        uint32_t prefix_size;
        struct IndexItem *items;
        struct IndexFork *forks;
        size_t items_capacity, forks_capacity;
        IndexNodes nodes, open_nodes;
} IndexBuilder;

/* The order of the nodes in the file. Every reader takes both; the bytes differ. */
typedef enum IndexLayout {
        INDEX_PREORDER,  /* kmod 34 and newer: a node, then its children */
        INDEX_POSTORDER, /* kmod 30 to 33: children first, the root last */
} IndexLayout;

void index_builder_done(IndexBuilder *builder);
#define _cleanup_index_builder_ _cleanup_(index_builder_done)

/* Forgets the entries but keeps the memory, for another index. */
void index_builder_clear(IndexBuilder *builder);

/*
 * All keys begin with these good bytes, which the entries do without. To be called before the first
 * of them is added; index_builder_clear() forgets it.
 */
void index_builder_set_prefix(IndexBuilder *builder, const char *prefix);

/* Makes room for so many entries altogether. 0 or -ENOMEM. */
int index_builder_reserve(IndexBuilder *builder, size_t n_entries);

/*
 * Adds an entry. 0; -ENOMEM; -EILSEQ when the key or the value holds a byte that the format cannot
 * take (0x80 and above, NUL): ask index_find_bad_byte() which; -EFBIG when a size does not fit 32
 * bits or the entries become too many to be counted. On failure nothing was added.
 */
int index_builder_add(IndexBuilder *builder, const char *key, size_t key_size, const char *value,
                      size_t value_size, uint32_t priority);

/* The first byte of the string that an index cannot hold, or -1. */
int index_find_bad_byte(const char *string, size_t size);

/*
 * Sorts the entries and appends the file's bytes to `output`, which must be empty. An empty builder
 * renders the 12 bytes of the empty index. Entries with equal priority under one key come out in
 * the reverse order of their insertion, duplicates are kept (section 6.7). No recursion: a key may
 * be as long as it likes.
 *
 * 0; -ENOMEM; -EFBIG when the file would not fit the format's 28-bit offsets.
 */
int index_builder_render(IndexBuilder *builder, IndexLayout layout, Buffer *output);

/*
 * Calls on_duplicate for each entry whose key and value stand more than once, once for each
 * repetition (of three equal entries for the two that were inserted last), in key order. A negative
 * return stops the search and is returned. To be called after index_builder_render(). 0 or -ENOMEM.
 */
int index_builder_find_duplicates(const IndexBuilder *builder,
                                  int (*on_duplicate)(const IndexEntry *entry, void *userdata),
                                  void *userdata);
