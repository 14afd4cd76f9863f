/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "buffer.h"
#include "index-view.h"

/*
 * A cursor visits a node and all below it in key order, and spells their keys. Each node is entered
 * once before and left once after the nodes below it. There is no recursion, and the end comes with
 * the end of the budget if the nodes go in circles.
 *
 * Calling sequence: index_cursor_start(), then index_cursor_next() until it returns
 * INDEX_CURSOR_END or an error.
 */
enum {
        INDEX_CURSOR_END,
        INDEX_CURSOR_ENTER,
        INDEX_CURSOR_LEAVE,
};

typedef struct CursorFrame {
        NodeView node;
        uint32_t next_child;
        size_t key_size;
} CursorFrame;

typedef struct IndexCursor {
        const IndexReader *reader;
        uint64_t *budget;
        uint32_t start;  /* the pointer to the first node; 0 once it has been entered */
        uint32_t offset; /* of the node that was read last, or could not be */
        bool leaving;
        Buffer key; /* of the present node, NUL-terminated */
        CursorFrame *frames;
        size_t count;
        size_t capacity;
} IndexCursor;

void index_cursor_done(IndexCursor *cursor);
#define _cleanup_index_cursor_ _cleanup_(index_cursor_done)

/*
 * Starts at the node that `pointer` points to; 0 is no node, for which the end comes at once. The
 * key begins with `byte` if that is not NUL. The reader and the budget are borrowed.
 */
void index_cursor_start(IndexCursor *cursor, const IndexReader *reader, uint32_t pointer, char byte,
                        uint64_t *budget);

/* One of the three above; -EBADMSG; -ENOMEM. */
int index_cursor_next(IndexCursor *cursor);

/* The present node: until the next call of index_cursor_next(). */
static inline const NodeView *index_cursor_node(const IndexCursor *cursor) {
        return &cursor->frames[cursor->count - 1].node;
}
