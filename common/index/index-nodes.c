/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-nodes.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "index-format.h"

void index_nodes_done(IndexNodes *nodes) {
        free(nodes->items);
        *nodes = (IndexNodes){};
}

static int append_node(IndexNodes *nodes, const IndexNode *node) {
        if (ARRAY_RESERVE(nodes->items, nodes->capacity, nodes->count + 1) < 0)
                return -ENOMEM;

        nodes->items[nodes->count++] = *node;
        return 0;
}

static int open_node(IndexNodes *open, size_t first_entry, uint32_t key_size, size_t n_values) {
        const IndexNode node = {
                .first_entry = (uint32_t) first_entry,
                .n_values = (uint32_t) n_values,
                .key_size = key_size,
                .last_child = INDEX_NODE_NONE,
        };

        return append_node(open, &node);
}

static size_t node_size(const IndexNode *node, const IndexEntry *entries) {
        size_t size = 0;

        if (node->key_size > node->prefix_start)
                size += node->key_size - node->prefix_start + 1;
        if (node->last_child != INDEX_NODE_NONE)
                size += 2 + sizeof(uint32_t) * ((size_t) node->last_byte - node->first_byte + 1);
        if (node->n_values > 0)
                size += sizeof(uint32_t);
        for (uint32_t i = 0; i < node->n_values; i++)
                size += sizeof(uint32_t) + (size_t) entries[node->first_entry + i].value_size + 1;

        return size;
}

/* Nothing can come below the node any more: it is the next child of its parent. */
static int close_node(IndexNodes *nodes, IndexNode *node, IndexNode *parent,
                      const IndexEntry *entries) {
        node->byte = (uint8_t) entries[node->first_entry].key[parent->key_size];
        node->prefix_start = parent->key_size + 1;
        node->previous_sibling = parent->last_child;
        node->size = node_size(node, entries);
        node->subtree_size += node->size;

        if (parent->last_child == INDEX_NODE_NONE)
                parent->first_byte = node->byte;
        parent->last_byte = node->byte;
        parent->last_child = (uint32_t) nodes->count;
        parent->subtree_size += node->subtree_size;
        return append_node(nodes, node);
}

/*
 * Closes the open nodes whose keys are longer than `key_size`. Afterwards the innermost open node
 * has a key of just that size: where two keys part within a prefix, a node is put in between.
 */
static int close_nodes(IndexNodes *nodes, IndexNodes *open, uint32_t key_size,
                       const IndexEntry *entries) {
        int r;

        while (open->items[open->count - 1].key_size > key_size) {
                IndexNode node = open->items[--open->count];

                if (open->items[open->count - 1].key_size < key_size) {
                        r = open_node(open, node.first_entry, key_size, 0);
                        if (r < 0)
                                return r;
                }

                r = close_node(nodes, &node, &open->items[open->count - 1], entries);
                if (r < 0)
                        return r;
        }

        return 0;
}

/* How many entries from `first` on have its key. */
static size_t count_values(const IndexBuilder *builder, const uint32_t *shared, size_t first) {
        uint32_t key_size = builder->entries[first].key_size;
        size_t next = first + 1;

        while (next < builder->count && shared[next] == key_size &&
               builder->entries[next].key_size == key_size)
                next++;

        return next - first;
}

int index_nodes_build(IndexNodes *nodes, const IndexBuilder *builder, const uint32_t *shared) {
        /* The way from the root to the key at hand. Its nodes can still get children. */
        _cleanup_index_nodes_ IndexNodes open = {};
        const IndexEntry *entries = builder->entries;
        IndexNode *root;
        int r;

        r = open_node(&open, 0, 0, 0);
        if (r < 0)
                return r;

        for (size_t i = 0, n_values; i < builder->count; i += n_values) {
                n_values = count_values(builder, shared, i);

                r = close_nodes(nodes, &open, shared[i], entries);
                if (r < 0)
                        return r;

                if (entries[i].key_size == 0)
                        open.items[0].n_values = (uint32_t) n_values;
                else {
                        r = open_node(&open, i, entries[i].key_size, n_values);
                        if (r < 0)
                                return r;
                }
        }

        r = close_nodes(nodes, &open, 0, entries);
        if (r < 0)
                return r;

        assert(open.count == 1);
        root = open.items;
        root->size = node_size(root, entries);
        root->subtree_size += root->size;
        return append_node(nodes, root);
}

/* The nodes stand in this order already. */
static int place_postorder(IndexNodes *nodes) {
        size_t offset = INDEX_HEADER_SIZE;

        for (size_t i = 0; i < nodes->count; i++) {
                if (offset > INDEX_OFFSET_MASK)
                        return -EFBIG;
                nodes->items[i].offset = (uint32_t) offset;
                offset += nodes->items[i].size;
        }

        return 0;
}

/* What is below a node fills the space behind it: it is dealt out to the children from its end. */
static int place_preorder(IndexNodes *nodes) {
        nodes->items[nodes->count - 1].offset = INDEX_HEADER_SIZE;

        for (size_t i = nodes->count; i-- > 0;) {
                const IndexNode *node = &nodes->items[i];
                size_t offset = node->offset + node->subtree_size;

                for (uint32_t child = node->last_child; child != INDEX_NODE_NONE;
                     child = nodes->items[child].previous_sibling) {
                        offset -= nodes->items[child].subtree_size;
                        if (offset > INDEX_OFFSET_MASK)
                                return -EFBIG;
                        nodes->items[child].offset = (uint32_t) offset;
                }
        }

        return 0;
}

int index_nodes_place(IndexNodes *nodes, IndexLayout layout) {
        return layout == INDEX_PREORDER ? place_preorder(nodes) : place_postorder(nodes);
}
