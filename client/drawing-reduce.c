/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "drawing.h"
#include "wire.h"

/* The hard arrows by where they begin, and a walk along them. */
typedef struct Walk {
        const Drawing *drawing;
        uint32_t *
                starts; /* the arrows of box b are sorted[starts[b]] to sorted[starts[b + 1] - 1] */
        uint32_t *sorted;
        uint32_t *seen_from; /* by box: the box + 1 from whose arrows it was reached last */
        uint32_t *stack;
} Walk;

static void walk_done(Walk *walk) {
        free(walk->starts);
        free(walk->sorted);
        free(walk->seen_from);
        free(walk->stack);
}

static bool is_hard(const DrawingArrow *arrow) {
        return arrow->edges & DEPMOD1_EDGE_HARD;
}

static int walk_init(Walk *walk, const Drawing *drawing) {
        walk->drawing = drawing;
        walk->starts = calloc(drawing->n_boxes + 2, sizeof(uint32_t));
        walk->sorted = calloc(drawing->n_arrows + 1, sizeof(uint32_t));
        walk->seen_from = calloc(drawing->n_boxes + 1, sizeof(uint32_t));
        walk->stack = calloc(drawing->n_boxes + 1, sizeof(uint32_t));
        if (!walk->starts || !walk->sorted || !walk->seen_from || !walk->stack)
                return -ENOMEM;

        /* Counted two places further on, so that filling moves them to where they belong. */
        for (size_t i = 0; i < drawing->n_arrows; i++)
                walk->starts[drawing->arrows[i].from + 2] += is_hard(&drawing->arrows[i]);
        for (size_t i = 2; i < drawing->n_boxes + 2; i++)
                walk->starts[i] += walk->starts[i - 1];
        for (size_t i = 0; i < drawing->n_arrows; i++) {
                if (is_hard(&drawing->arrows[i]))
                        walk->sorted[walk->starts[drawing->arrows[i].from + 1]++] = (uint32_t) i;
        }
        return 0;
}

/* Puts what a box needs and is not yet seen from `subject` on the stack. */
static size_t push(Walk *walk, uint32_t subject, uint32_t box, size_t n_stack) {
        for (uint32_t i = walk->starts[box]; i < walk->starts[box + 1]; i++) {
                uint32_t to = walk->drawing->arrows[walk->sorted[i]].to;

                if (to == subject || walk->seen_from[to] == subject + 1)
                        continue;
                walk->seen_from[to] = subject + 1;
                walk->stack[n_stack++] = to;
        }

        return n_stack;
}

/* Sees all that a box reaches in two steps or more. */
static void walk_from(Walk *walk, uint32_t subject) {
        size_t n_stack = 0;

        for (uint32_t i = walk->starts[subject]; i < walk->starts[subject + 1]; i++) {
                n_stack = push(walk, subject, walk->drawing->arrows[walk->sorted[i]].to, n_stack);
                while (n_stack > 0) {
                        uint32_t box = walk->stack[--n_stack];

                        n_stack = push(walk, subject, box, n_stack);
                }
        }
}

int drawing_reduce(Drawing *drawing) {
        _cleanup_free_ bool *is_long = calloc(drawing->n_arrows + 1, sizeof(bool));
        _cleanup_(walk_done) Walk walk = {};
        size_t n_left = 0;
        int r;

        if (!is_long)
                return -ENOMEM;
        r = walk_init(&walk, drawing);
        if (r < 0)
                return r;

        for (uint32_t box = 0; box < drawing->n_boxes; box++) {
                walk_from(&walk, box);
                for (uint32_t i = walk.starts[box]; i < walk.starts[box + 1]; i++) {
                        uint32_t arrow = walk.sorted[i];

                        is_long[arrow] = walk.seen_from[drawing->arrows[arrow].to] == box + 1;
                }
        }
        for (size_t i = 0; i < drawing->n_arrows; i++) {
                if (!is_long[i])
                        drawing->arrows[n_left++] = drawing->arrows[i];
        }

        drawing->n_arrows = n_left;
        return 0;
}
