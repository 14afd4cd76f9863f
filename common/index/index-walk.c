/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-read.h"

#include <errno.h>
#include <string.h>

#include "index-cursor.h"

typedef struct Walk {
        IndexCursor cursor;
        uint8_t *
                claimed; /* for each byte of the file: 1 if it belongs to a node that was visited */
        int (*on_entry)(const char *key, const IndexValue *value, void *userdata);
        void *userdata;
} Walk;

static void walk_done(Walk *walk) {
        index_cursor_done(&walk->cursor);
        free(walk->claimed);
}

static int visit_node(Walk *walk, const NodeView *node) {
        uint8_t *claimed = walk->claimed + node->offset;
        const uint8_t *at = node->values;
        int r;

        if (memchr(claimed, 1, node->size))
                return -EBADMSG;
        memset(claimed, 1, node->size);

        for (uint32_t i = 0; i < node->n_values; i++) {
                IndexValue value;

                at = node_view_value(at, &value);
                r = walk->on_entry(walk->cursor.key.data, &value, walk->userdata);
                if (r < 0)
                        return r;
        }

        return 0;
}

static int visit_nodes(Walk *walk) {
        int r;

        for (;;) {
                r = index_cursor_next(&walk->cursor);
                if (r < 0 || r == INDEX_CURSOR_END)
                        return r;
                if (r == INDEX_CURSOR_LEAVE)
                        continue;

                r = visit_node(walk, index_cursor_node(&walk->cursor));
                if (r < 0)
                        return r;
        }
}

int index_reader_walk(const IndexReader *reader,
                      int (*on_entry)(const char *key, const IndexValue *value, void *userdata),
                      void *userdata, size_t *ret_offset) {
        _cleanup_(walk_done) Walk walk = { .on_entry = on_entry, .userdata = userdata };
        uint64_t budget = reader->size;
        int r;

        index_cursor_start(&walk.cursor, reader, reader->root, '\0', &budget);

        walk.claimed = calloc(reader->size > 0 ? reader->size : 1, 1);
        if (!walk.claimed)
                return -ENOMEM;

        r = visit_nodes(&walk);
        if (r < 0)
                *ret_offset = walk.cursor.offset;
        return r;
}
