/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "buffer.h"
#include "value.h"

/*
 * A graph to be drawn: boxes, each of which stands for one module or for several, and arrows from
 * who needs to what is needed. Names are those of the answer that it was made of, which has to
 * outlive it.
 */
typedef struct DrawingBox {
        const char *title; /* NULL: it has the names of its members */
        size_t title_size;
        int64_t level; /* of its members, as GetGraph tells it */
        bool is_builtin;
        const char **members;
        size_t n_members;
        size_t capacity;
} DrawingBox;

typedef struct DrawingArrow {
        uint32_t from; /* boxes */
        uint32_t to;
        uint64_t edges;  /* DEPMOD1_EDGE_… */
        uint64_t weight; /* symbols; between directories the arrows that it stands for */
} DrawingArrow;

typedef struct Drawing {
        DrawingBox *boxes;
        size_t n_boxes;
        DrawingArrow *arrows;
        size_t n_arrows;
} Drawing;

void drawing_done(Drawing *drawing);
#define _cleanup_drawing_ _cleanup_(drawing_done)

/* A box for each module of an answer of GetGraph. 0, -EBADMSG or -ENOMEM. */
int drawing_read(Drawing *ret_drawing, const Value *reply);

/* A box for each directory, and no arrows within one. 0, -EBADMSG or -ENOMEM. */
int drawing_read_directories(Drawing *ret_drawing, const Value *reply);

/*
 * Leaves out the arrows for symbols that say nothing new: to what is needed by something else that
 * is needed, too. 0 or -ENOMEM.
 */
int drawing_reduce(Drawing *drawing);

/*
 * Puts those boxes into one that have the same arrows from and to the same others, if they are more
 * than a few and not what was asked for. 0 or -ENOMEM.
 */
int drawing_fold(Drawing *drawing);

/*
 * Moves the members of each box into the box that box_of gives for it, which is not behind it, and
 * closes the gaps. Arrows within a box vanish. Those that become the same are one, with the weights
 * of all of them if add_weights, else without. box_of is used up. 0 or -ENOMEM.
 */
int drawing_merge(Drawing *drawing, uint32_t *box_of, bool add_weights);

/*
 * Appends the graph in the language of graphviz. With is_full all members of a box are named.
 * buffer_error() tells whether there was memory.
 */
void drawing_append_dot(const Drawing *drawing, const char *title, bool is_full, Buffer *dot);
