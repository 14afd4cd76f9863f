/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-cursor.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "index-format.h"

void index_cursor_done(IndexCursor *cursor) {
        buffer_done(&cursor->key);
        free(cursor->frames);
        *cursor = (IndexCursor){};
}

void index_cursor_start(IndexCursor *cursor, const IndexReader *reader, uint32_t pointer, char byte,
                        uint64_t *budget) {
        *cursor = (IndexCursor){ .reader = reader, .budget = budget, .start = pointer };
        if (byte != '\0')
                buffer_append_byte(&cursor->key, (uint8_t) byte);
}

static int enter_node(IndexCursor *cursor, uint32_t pointer) {
        CursorFrame frame = {};
        int r;

        cursor->offset = pointer & INDEX_OFFSET_MASK;
        r = node_view_read(&frame.node, cursor->reader, pointer, cursor->budget);
        if (r < 0)
                return r;

        buffer_append(&cursor->key, frame.node.prefix, frame.node.prefix_size + 1);
        r = buffer_error(&cursor->key);
        if (r < 0)
                return r;
        frame.key_size = --cursor->key.size;

        if (ARRAY_RESERVE(cursor->frames, cursor->capacity, cursor->count + 1) < 0)
                return -ENOMEM;
        cursor->frames[cursor->count++] = frame;
        return INDEX_CURSOR_ENTER;
}

/* The key again as it was when the frame's node was entered. */
static void cut_key(IndexCursor *cursor, const CursorFrame *frame) {
        cursor->key.size = frame->key_size;
        cursor->key.data[frame->key_size] = '\0';
}

int index_cursor_next(IndexCursor *cursor) {
        CursorFrame *frame;

        if (cursor->start != 0) {
                uint32_t start = cursor->start;

                cursor->start = 0;
                return enter_node(cursor, start);
        }

        if (cursor->leaving)
                cursor->count--;
        cursor->leaving = false;
        if (cursor->count == 0)
                return INDEX_CURSOR_END;

        frame = &cursor->frames[cursor->count - 1];
        cut_key(cursor, frame);
        while (frame->next_child < frame->node.n_children) {
                uint8_t byte = (uint8_t) (frame->node.first_byte + frame->next_child++);
                uint32_t pointer = node_view_child(&frame->node, byte);

                if (pointer == 0)
                        continue;
                buffer_append_byte(&cursor->key, byte);
                return enter_node(cursor, pointer);
        }

        cursor->leaving = true;
        return INDEX_CURSOR_LEAVE;
}
