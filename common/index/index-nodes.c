/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-nodes.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "index-format.h"
#include "index-sort.h"

void index_nodes_done(IndexNodes *nodes) {
        free(nodes->items);
        *nodes = (IndexNodes){};
}

/* There is room: each key opens at most one node and has at most one put in before it. */
static void append_node(IndexNodes *nodes, const IndexNode *node) {
        assert(nodes->count < nodes->capacity);
        nodes->items[nodes->count++] = *node;
}

static int open_node(IndexNodes *open, size_t first, uint32_t key_size, size_t n_values,
                     uint8_t byte) {
        if (ARRAY_RESERVE(open->items, open->capacity, open->count + 1) < 0)
                return -ENOMEM;

        open->items[open->count++] = (IndexNode){
                .first = (uint32_t) first,
                .n_values = (uint32_t) n_values,
                .key_size = key_size,
                .last_child = INDEX_NODE_NONE,
                .byte = byte,
        };
        return 0;
}

/* More than 32 bits can hold is more than any file can hold, and stays so. */
static void add_size(IndexNode *node, size_t size) {
        if (size > UINT32_MAX - node->subtree_size)
                size = UINT32_MAX - node->subtree_size;
        node->subtree_size += (uint32_t) size;
}

/* Of the node itself: what is below has been added when it was closed. */
static void add_own_size(IndexNode *node, const IndexBuilder *builder) {
        size_t size = 0;

        if (node->key_size > node->prefix_start)
                size += (size_t) node->key_size - node->prefix_start + 1;
        if (node->last_child != INDEX_NODE_NONE)
                size += 2 + sizeof(uint32_t) * ((size_t) node->last_byte - node->first_byte + 1);
        if (node->n_values > 0)
                size += sizeof(uint32_t);
        for (uint32_t i = 0; i < node->n_values; i++)
                size += sizeof(uint32_t) + 1 +
                        (size_t) index_builder_sorted(builder, node->first + i)->value_size;

        add_size(node, size);
}

/* Nothing can come below the node any more: it is the next child of its parent. */
static void close_node(IndexBuilder *builder, IndexNode *node, IndexNode *parent) {
        node->prefix_start = parent->key_size + 1;
        node->previous_sibling = parent->last_child;
        add_own_size(node, builder);

        if (parent->last_child == INDEX_NODE_NONE)
                parent->first_byte = node->byte;
        parent->last_byte = node->byte;
        parent->last_child = (uint32_t) builder->nodes.count;
        add_size(parent, node->subtree_size);
        append_node(&builder->nodes, node);
}

/*
 * Closes the open nodes whose keys are longer than `key_size`, which is what the keys at `place`
 * and before it share. Afterwards the innermost open node has a key of just that size: where the
 * two part within a prefix, a node is put in between.
 */
static int close_nodes(IndexBuilder *builder, size_t place, uint32_t key_size) {
        IndexNodes *open = &builder->open_nodes;
        int r;

        while (open->items[open->count - 1].key_size > key_size) {
                IndexNode node = open->items[--open->count];

                if (open->items[open->count - 1].key_size < key_size) {
                        r = open_node(open, node.first, key_size, 0, node.byte);
                        if (r < 0)
                                return r;
                        node.byte = builder->forks[place].before;
                }

                close_node(builder, &node, &open->items[open->count - 1]);
        }

        return 0;
}

/* How many entries from `first` on have its key. */
static size_t count_values(const IndexBuilder *builder, size_t first) {
        uint32_t key_size = index_builder_key_size(builder, first);
        size_t next = first + 1;

        while (next < builder->count && builder->items[next].shared == key_size &&
               index_builder_key_size(builder, next) == key_size)
                next++;

        return next - first;
}

int index_nodes_build(IndexBuilder *builder) {
        /* The way from the root to the key at hand. Its nodes can still get children. */
        IndexNodes *nodes = &builder->nodes, *open = &builder->open_nodes;
        int r;

        nodes->count = open->count = 0;
        if (ARRAY_RESERVE(nodes->items, nodes->capacity, 2 * builder->count + 1) < 0)
                return -ENOMEM;
        r = open_node(open, 0, 0, 0, 0);
        if (r < 0)
                return r;

        for (size_t i = 0, n_values; i < builder->count; i += n_values) {
                uint32_t key_size = index_builder_key_size(builder, i);

                n_values = count_values(builder, i);
                r = close_nodes(builder, i, builder->items[i].shared);
                if (r < 0)
                        return r;

                if (key_size == 0)
                        open->items[0].n_values = (uint32_t) n_values;
                else {
                        r = open_node(open, i, key_size, n_values, builder->forks[i].here);
                        if (r < 0)
                                return r;
                }
        }

        r = close_nodes(builder, builder->count, 0);
        if (r < 0)
                return r;

        assert(open->count == 1);
        add_own_size(open->items, builder);
        append_node(nodes, open->items);
        return 0;
}

/* The nodes stand in this order already. */
static int place_postorder(IndexNodes *nodes) {
        size_t offset = INDEX_HEADER_SIZE;

        for (size_t i = 0; i < nodes->count; i++) {
                IndexNode *node = &nodes->items[i];
                size_t size = node->subtree_size;

                if (offset > INDEX_OFFSET_MASK)
                        return -EFBIG;
                node->offset = (uint32_t) offset;

                for (uint32_t child = node->last_child; child != INDEX_NODE_NONE;
                     child = nodes->items[child].previous_sibling)
                        size -= nodes->items[child].subtree_size;
                offset += size;
        }

        return 0;
}

/* What is below a node fills the space behind it: it is dealt out to the children from its end. */
static int place_preorder(IndexNodes *nodes) {
        nodes->items[nodes->count - 1].offset = INDEX_HEADER_SIZE;

        for (size_t i = nodes->count; i-- > 0;) {
                const IndexNode *node = &nodes->items[i];
                size_t offset = (size_t) node->offset + node->subtree_size;

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
        if (index_nodes_root(nodes)->subtree_size == UINT32_MAX)
                return -EFBIG;
        return layout == INDEX_PREORDER ? place_preorder(nodes) : place_postorder(nodes);
}
