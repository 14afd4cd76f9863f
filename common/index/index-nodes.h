/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "index.h"
#include "macro.h"

/*
 * The trie of an index before it becomes bytes: an array in which children stand before their
 * parent and the root last. A node has no strings: its key is the first `key_size` bytes of the key
 * of its first entry, and its prefix is what is behind `prefix_start` of that.
 *
 * Children are a list from the last to the first: last_child, then previous_sibling.
 */
#define INDEX_NODE_NONE UINT32_MAX

typedef struct IndexNode {
        uint32_t
                first; /* place of the first entry below; if it has values, of the first of these */
        uint32_t n_values;
        uint32_t prefix_start;
        uint32_t key_size;
        uint32_t last_child;
        uint32_t previous_sibling;
        uint32_t offset;               /* in the file; set by index_nodes_place() */
        uint32_t subtree_size;         /* in the file, of the node and all that is below */
        uint8_t byte;                  /* that chooses the node among its siblings */
        uint8_t first_byte, last_byte; /* of the children, if any */
} IndexNode;

void index_nodes_done(IndexNodes *nodes);

/* Fills builder->nodes from entries sorted by index_builder_sort(). 0 or -ENOMEM. */
int index_nodes_build(IndexBuilder *builder);

/* Gives each node its place in the file. 0, or -EFBIG when a place cannot be pointed at. */
int index_nodes_place(IndexNodes *nodes, IndexLayout layout);

static inline const IndexNode *index_nodes_root(const IndexNodes *nodes) {
        return &nodes->items[nodes->count - 1];
}
