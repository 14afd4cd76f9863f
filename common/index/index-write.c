/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index.h"

#include <assert.h>
#include <string.h>

#include "index-format.h"
#include "index-nodes.h"
#include "index-sort.h"

static uint8_t *put_string(uint8_t *out, const char *string, size_t size) {
        if (size > 0)
                memcpy(out, string, size);
        out[size] = '\0';
        return out + size + 1;
}

static uint32_t node_pointer(const IndexNode *node) {
        uint32_t pointer = node->offset;

        if (node->key_size > node->prefix_start)
                pointer |= INDEX_HAS_PREFIX;
        if (node->n_values > 0)
                pointer |= INDEX_HAS_VALUES;
        if (node->last_child != INDEX_NODE_NONE)
                pointer |= INDEX_HAS_CHILDREN;

        return pointer;
}

static uint8_t *put_children(uint8_t *out, const IndexNode *parent, const IndexNodes *nodes) {
        size_t table_size =
                sizeof(uint32_t) * ((size_t) parent->last_byte - parent->first_byte + 1);
        const IndexNode *child;

        *out++ = parent->first_byte;
        *out++ = parent->last_byte;
        memset(out, 0, table_size);

        for (uint32_t i = parent->last_child; i != INDEX_NODE_NONE; i = child->previous_sibling) {
                child = &nodes->items[i];
                index_put_u32(out + sizeof(uint32_t) * (size_t) (child->byte - parent->first_byte),
                              node_pointer(child));
        }

        return out + table_size;
}

/* No node but the root has less than what all keys begin with. */
static uint8_t *put_prefix(uint8_t *out, const IndexNode *node, const IndexBuilder *builder) {
        const char *key = index_builder_sorted(builder, node->first)->key;
        uint32_t start = node->prefix_start, common = builder->prefix_size;

        if (start < common) {
                memcpy(out, builder->prefix + start, common - start);
                out += common - start;
                start = common;
        }

        return put_string(out, key + (start - common), node->key_size - start);
}

static void put_node(uint8_t *out, const IndexNode *node, const IndexNodes *nodes,
                     const IndexBuilder *builder) {
        if (node->key_size > node->prefix_start)
                out = put_prefix(out, node, builder);
        if (node->last_child != INDEX_NODE_NONE)
                out = put_children(out, node, nodes);
        if (node->n_values > 0)
                out = index_put_u32(out, node->n_values);

        for (uint32_t i = 0; i < node->n_values; i++) {
                const IndexEntry *entry = index_builder_sorted(builder, node->first + i);

                out = index_put_u32(out, entry->priority);
                out = put_string(out, entry->value, entry->value_size);
        }
}

int index_builder_render(IndexBuilder *builder, IndexLayout layout, Buffer *output) {
        IndexNodes *nodes = &builder->nodes;
        const IndexNode *root;
        uint8_t *bytes;
        size_t size;
        int r;

        assert(output->size == 0);

        r = index_builder_sort(builder);
        if (r < 0)
                return r;

        r = index_nodes_build(builder);
        if (r < 0)
                return r;

        r = index_nodes_place(nodes, layout);
        if (r < 0)
                return r;

        root = index_nodes_root(nodes);
        size = INDEX_HEADER_SIZE + (size_t) root->subtree_size;
        r = buffer_reserve(output, size);
        if (r < 0)
                return r;

        bytes = (uint8_t *) output->data;
        index_put_u32(index_put_u32(index_put_u32(bytes, INDEX_MAGIC), INDEX_VERSION),
                      node_pointer(root));
        for (size_t i = 0; i < nodes->count; i++)
                put_node(bytes + nodes->items[i].offset, &nodes->items[i], nodes, builder);

        output->size = size;
        return 0;
}
