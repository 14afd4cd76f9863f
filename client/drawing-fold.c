/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "drawing.h"
#include "wire.h"

#define FOLDED_MIN 3 /* fewer are as easily seen side by side */

/* One end of an arrow. */
typedef struct End {
        uint32_t box;
        uint32_t other;
        bool is_head; /* the arrow leads to the box */
        bool is_hard;
} End;

static int compare_ends(const void *x, const void *y) {
        const End *a = x, *b = y;

        if (a->box != b->box)
                return a->box < b->box ? -1 : 1;
        if (a->is_head != b->is_head)
                return a->is_head ? 1 : -1;
        if (a->is_hard != b->is_hard)
                return a->is_hard ? 1 : -1;
        return a->other < b->other ? -1 : a->other > b->other;
}

typedef struct Ends {
        const Drawing *drawing;
        End *items; /* by box */
        uint32_t *starts;
        uint32_t *boxes;
} Ends;

static void ends_done(Ends *ends) {
        free(ends->items);
        free(ends->starts);
        free(ends->boxes);
}

static int ends_init(Ends *ends, const Drawing *drawing) {
        size_t n = 2 * drawing->n_arrows, at = 0;

        ends->drawing = drawing;
        ends->items = calloc(n + 1, sizeof(End));
        ends->starts = calloc(drawing->n_boxes + 1, sizeof(uint32_t));
        ends->boxes = calloc(drawing->n_boxes + 1, sizeof(uint32_t));
        if (!ends->items || !ends->starts || !ends->boxes)
                return -ENOMEM;

        for (size_t i = 0; i < drawing->n_arrows; i++) {
                const DrawingArrow *arrow = &drawing->arrows[i];
                End tail = { .box = arrow->from, .other = arrow->to };

                tail.is_hard = arrow->edges & DEPMOD1_EDGE_HARD;
                ends->items[2 * i] = tail;
                ends->items[2 * i + 1] = (End){ .box = arrow->to,
                                                .other = arrow->from,
                                                .is_head = true,
                                                .is_hard = tail.is_hard };
        }
        qsort(ends->items, n, sizeof(End), compare_ends);
        for (uint32_t box = 0; box < drawing->n_boxes; box++) {
                ends->boxes[box] = box;
                while (at < n && ends->items[at].box == box)
                        at++;
                ends->starts[box + 1] = (uint32_t) at;
        }

        return 0;
}

/* 0: both have the same arrows, and neither was asked for. */
static int compare_boxes(const Ends *ends, uint32_t x, uint32_t y) {
        const DrawingBox *a = &ends->drawing->boxes[x], *b = &ends->drawing->boxes[y];
        uint32_t n = ends->starts[x + 1] - ends->starts[x];
        uint32_t n_other = ends->starts[y + 1] - ends->starts[y];
        int order = (a->level == 0) - (b->level == 0);

        if (order == 0 && a->level == 0)
                order = x < y ? -1 : x > y;
        if (order == 0)
                order = a->is_builtin - b->is_builtin;
        if (order == 0)
                order = (n > n_other) - (n < n_other);
        for (uint32_t i = 0; order == 0 && i < n; i++) {
                End end = ends->items[ends->starts[y] + i];

                end.box = x;
                order = compare_ends(&ends->items[ends->starts[x] + i], &end);
        }

        return order;
}

static int on_compare(const void *x, const void *y, void *userdata) {
        uint32_t a = *(const uint32_t *) x, b = *(const uint32_t *) y;
        int order = compare_boxes(userdata, a, b);

        return order != 0 ? order : a < b ? -1 : a > b;
}

int drawing_fold(Drawing *drawing) {
        _cleanup_free_ uint32_t *box_of = calloc(drawing->n_boxes + 1, sizeof(uint32_t));
        _cleanup_(ends_done) Ends ends = {};
        size_t end;
        int r;

        if (!box_of)
                return -ENOMEM;
        r = ends_init(&ends, drawing);
        if (r < 0)
                return r;

        qsort_r(ends.boxes, drawing->n_boxes, sizeof(uint32_t), on_compare, &ends);
        for (size_t first = 0; first < drawing->n_boxes; first = end) {
                for (end = first + 1; end < drawing->n_boxes; end++) {
                        if (compare_boxes(&ends, ends.boxes[first], ends.boxes[end]) != 0)
                                break;
                }
                for (size_t i = first; i < end; i++)
                        box_of[ends.boxes[i]] = ends.boxes[end - first >= FOLDED_MIN ? first : i];
        }

        return drawing_merge(drawing, box_of, false);
}
