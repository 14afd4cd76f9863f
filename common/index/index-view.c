/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-view.h"

#include <errno.h>
#include <string.h>

#include "index-format.h"

/* What is left of the file behind the parts that have been read. */
typedef struct Rest {
        const uint8_t *at;
        size_t size;
} Rest;

static const uint8_t *take(Rest *rest, size_t size) {
        const uint8_t *taken = rest->at;

        if (size > rest->size)
                return NULL;

        rest->at += size;
        rest->size -= size;
        return taken;
}

static const char *take_string(Rest *rest, size_t *ret_size) {
        const uint8_t *end = memchr(rest->at, '\0', rest->size);

        if (!end)
                return NULL;

        *ret_size = (size_t) (end - rest->at);
        return (const char *) take(rest, *ret_size + 1);
}

static int take_children(Rest *rest, NodeView *view) {
        const uint8_t *range = take(rest, 2);

        if (!range || range[0] == 0 || range[0] > range[1] || range[1] > INDEX_BYTE_MAX)
                return -EBADMSG;

        view->first_byte = range[0];
        view->n_children = (uint32_t) range[1] - range[0] + 1;
        view->children = take(rest, view->n_children * sizeof(uint32_t));
        return view->children ? 0 : -EBADMSG;
}

static int take_values(Rest *rest, NodeView *view) {
        const uint8_t *count = take(rest, sizeof(uint32_t));
        size_t size;

        if (!count)
                return -EBADMSG;

        view->n_values = index_get_u32(count);
        view->values = rest->at;
        for (uint32_t i = 0; i < view->n_values; i++)
                if (!take(rest, sizeof(uint32_t)) || !take_string(rest, &size))
                        return -EBADMSG;

        return 0;
}

static int take_parts(Rest *rest, uint32_t pointer, NodeView *view) {
        int r;

        if ((pointer & INDEX_HAS_PREFIX) != 0) {
                view->prefix = take_string(rest, &view->prefix_size);
                if (!view->prefix)
                        return -EBADMSG;
        }

        if ((pointer & INDEX_HAS_CHILDREN) != 0) {
                r = take_children(rest, view);
                if (r < 0)
                        return r;
        }

        if ((pointer & INDEX_HAS_VALUES) != 0)
                return take_values(rest, view);

        return 0;
}

int node_view_read(NodeView *view, const IndexReader *reader, uint32_t pointer, uint64_t *budget) {
        uint32_t offset = pointer & INDEX_OFFSET_MASK;
        NodeView read = { .offset = offset, .prefix = "" };
        Rest rest;
        int r;

        /* A node of no parts is no use to anybody; nobody writes one, except as the empty root. */
        if ((pointer & INDEX_PARTS) == 0 || (pointer & ~(INDEX_PARTS | INDEX_OFFSET_MASK)) != 0 ||
            offset < INDEX_HEADER_SIZE || offset >= reader->size)
                return -EBADMSG;

        rest = (Rest){ reader->bytes + offset, reader->size - offset };
        r = take_parts(&rest, pointer, &read);
        if (r < 0)
                return r;

        read.size = (size_t) (rest.at - reader->bytes) - offset;
        if (read.size > *budget)
                return -EBADMSG;

        *budget -= read.size;
        *view = read;
        return 0;
}

uint32_t node_view_child(const NodeView *view, uint8_t byte) {
        uint32_t i = (uint32_t) byte - view->first_byte; /* huge for a byte before the first */

        return i < view->n_children ? index_get_u32(view->children + i * sizeof(uint32_t)) : 0;
}

const uint8_t *node_view_value(const uint8_t *at, IndexValue *ret_value) {
        ret_value->priority = index_get_u32(at);
        ret_value->value = (const char *) at + sizeof(uint32_t);
        return at + sizeof(uint32_t) + strlen(ret_value->value) + 1;
}
