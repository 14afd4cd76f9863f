/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-read.h"

#include <errno.h>
#include <string.h>

#include "index-format.h"
#include "index-view.h"

int index_reader_init(IndexReader *reader, const void *bytes, size_t size) {
        const uint8_t *header = bytes;
        uint32_t root;

        if (size == 0) {
                *reader = (IndexReader){};
                return 0;
        }

        if (size < INDEX_HEADER_SIZE || index_get_u32(header) != INDEX_MAGIC ||
            INDEX_VERSION_MAJOR(index_get_u32(header + 4)) != INDEX_VERSION_MAJOR(INDEX_VERSION))
                return -EBADMSG;

        root = index_get_u32(header + 8);
        if ((root & INDEX_PARTS) == 0) {
                if (root != size)
                        return -EBADMSG;
                root = 0;
        }

        *reader = (IndexReader){ .bytes = bytes, .size = size, .root = root };
        return 0;
}

static int copy_values(const NodeView *node, IndexValue **ret_values, size_t *ret_count) {
        _cleanup_free_ IndexValue *values = NULL;
        const uint8_t *at = node->values;

        if (node->n_values > 0) {
                values = calloc(node->n_values, sizeof(*values));
                if (!values)
                        return -ENOMEM;
        }

        for (uint32_t i = 0; i < node->n_values; i++)
                at = node_view_value(at, &values[i]);

        *ret_values = TAKE_PTR(values);
        *ret_count = node->n_values;
        return 0;
}

int index_reader_find(const IndexReader *reader, const char *key, IndexValue **ret_values,
                      size_t *ret_count) {
        uint64_t budget = reader->size;
        uint32_t pointer = reader->root;
        int r;

        while (pointer != 0) {
                NodeView node;

                r = node_view_read(&node, reader, pointer, &budget);
                if (r < 0)
                        return r;

                if (strncmp(key, node.prefix, node.prefix_size) != 0)
                        break;
                key += node.prefix_size;
                if (*key == '\0')
                        return copy_values(&node, ret_values, ret_count);

                pointer = node_view_child(&node, (uint8_t) *key);
                key++;
        }

        *ret_values = NULL;
        *ret_count = 0;
        return 0;
}
