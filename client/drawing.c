/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drawing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

void drawing_done(Drawing *drawing) {
        for (size_t i = 0; i < drawing->n_boxes; i++)
                free(drawing->boxes[i].members);
        free(drawing->boxes);
        free(drawing->arrows);
        *drawing = (Drawing){};
}

static int add_member(DrawingBox *box, const char *name) {
        if (ARRAY_RESERVE(box->members, box->capacity, box->n_members + 1) < 0)
                return -ENOMEM;

        box->members[box->n_members++] = name;
        return 0;
}

int drawing_read(Drawing *ret_drawing, const Value *reply) {
        const Value *modules = value_list(reply, "modules"), *edges = value_list(reply, "edges");
        _cleanup_drawing_ Drawing drawing = {};

        drawing.boxes = calloc(modules->count + 1, sizeof(DrawingBox));
        drawing.arrows = calloc(edges->count + 1, sizeof(DrawingArrow));
        if (!drawing.boxes || !drawing.arrows)
                return -ENOMEM;

        for (; drawing.n_boxes < modules->count; drawing.n_boxes++) {
                const Value *module = &modules->items[drawing.n_boxes];
                const Value *level = value_find(module, "level");
                DrawingBox *box = &drawing.boxes[drawing.n_boxes];

                box->level = level ? level->integer : 0;
                box->is_builtin = value_text(module, "path")[0] == '\0';
                if (add_member(box, value_text(module, "name")) < 0)
                        return -ENOMEM;
        }
        for (; drawing.n_arrows < edges->count; drawing.n_arrows++) {
                const Value *edge = &edges->items[drawing.n_arrows];
                uint64_t from = value_number(edge, "from"), to = value_number(edge, "to");

                if (from >= modules->count || to >= modules->count)
                        return -EBADMSG;
                drawing.arrows[drawing.n_arrows] =
                        (DrawingArrow){ .from = (uint32_t) from,
                                        .to = (uint32_t) to,
                                        .edges = value_number(edge, "edges"),
                                        .weight = value_number(edge, "symbols") };
        }

        *ret_drawing = drawing;
        drawing = (Drawing){};
        return 0;
}

static int compare_arrows(const void *x, const void *y) {
        const DrawingArrow *a = x, *b = y;

        if (a->from != b->from)
                return a->from < b->from ? -1 : 1;
        return a->to < b->to ? -1 : a->to > b->to;
}

int drawing_merge(Drawing *drawing, uint32_t *box_of, bool add_weights) {
        size_t n_boxes = 0, n_arrows = 0;

        for (uint32_t i = 0; i < drawing->n_boxes; i++) {
                DrawingBox *box = &drawing->boxes[i];

                if (box_of[i] == i) {
                        drawing->boxes[n_boxes] = *box;
                        if (n_boxes != i)
                                *box = (DrawingBox){};
                        box_of[i] = (uint32_t) n_boxes++;
                        continue;
                }

                box_of[i] = box_of[box_of[i]];
                for (size_t k = 0; k < box->n_members; k++) {
                        if (add_member(&drawing->boxes[box_of[i]], box->members[k]) < 0)
                                return -ENOMEM;
                }
                free(box->members);
                *box = (DrawingBox){};
        }

        for (size_t i = 0; i < drawing->n_arrows; i++) {
                drawing->arrows[i].from = box_of[drawing->arrows[i].from];
                drawing->arrows[i].to = box_of[drawing->arrows[i].to];
        }
        qsort(drawing->arrows, drawing->n_arrows, sizeof(DrawingArrow), compare_arrows);
        for (size_t i = 0; i < drawing->n_arrows; i++) {
                DrawingArrow arrow = drawing->arrows[i];
                DrawingArrow *last = n_arrows > 0 ? &drawing->arrows[n_arrows - 1] : NULL;

                if (arrow.from == arrow.to)
                        continue;
                if (last && compare_arrows(last, &arrow) == 0) {
                        last->edges |= arrow.edges;
                        last->weight = add_weights ? last->weight + arrow.weight : 0;
                } else {
                        drawing->arrows[n_arrows++] = arrow;
                }
        }

        drawing->n_boxes = n_boxes;
        drawing->n_arrows = n_arrows;
        return 0;
}

/* "drivers/net" for kernel/drivers/net/phy/bcm.ko, "updates" for updates/dkms/x.ko. */
static size_t directory_size(const char *path, const char **ret_start) {
        const char *kernel = "kernel/", *end;

        if (strncmp(path, kernel, strlen(kernel)) == 0)
                path += strlen(kernel);
        *ret_start = path;

        end = strchr(path, '/');
        if (!end)
                return strlen(path);
        if (strncmp(path, "drivers/", strlen("drivers/")) == 0 && strchr(end + 1, '/'))
                end = strchr(end + 1, '/');
        return (size_t) (end - path);
}

typedef struct Directory {
        const char *start;
        size_t size;
        uint32_t box;
} Directory;

static int compare_directories(const void *x, const void *y) {
        const Directory *a = x, *b = y;
        size_t size = a->size < b->size ? a->size : b->size;
        int order = memcmp(a->start, b->start, size);

        if (order == 0 && a->size != b->size)
                return a->size < b->size ? -1 : 1;
        return order != 0 ? order : a->box < b->box ? -1 : a->box > b->box;
}

static bool is_same_directory(const Directory *a, const Directory *b) {
        return a->size == b->size && memcmp(a->start, b->start, a->size) == 0;
}

int drawing_read_directories(Drawing *ret_drawing, const Value *reply) {
        const Value *modules = value_list(reply, "modules");
        _cleanup_drawing_ Drawing drawing = {};
        _cleanup_free_ Directory *directories = calloc(modules->count + 1, sizeof(Directory));
        _cleanup_free_ uint32_t *box_of = calloc(modules->count + 1, sizeof(uint32_t));
        int r;

        if (!directories || !box_of)
                return -ENOMEM;
        r = drawing_read(&drawing, reply);
        if (r < 0)
                return r;

        for (uint32_t i = 0; i < modules->count; i++) {
                const char *path = value_text(&modules->items[i], "path");

                directories[i].box = i;
                directories[i].size = path[0] == '\0' ? strlen(directories[i].start = "builtin")
                                                      : directory_size(path, &directories[i].start);
        }
        qsort(directories, modules->count, sizeof(Directory), compare_directories);
        for (uint32_t i = 0, first = 0; i < modules->count; i++) {
                const Directory *directory = &directories[i];
                DrawingBox *box;

                if (!is_same_directory(&directories[first], directory))
                        first = i;
                box_of[directory->box] = directories[first].box;
                box = &drawing.boxes[directories[first].box];
                box->title = directory->start;
                box->title_size = directory->size;
        }
        for (size_t i = 0; i < drawing.n_arrows; i++)
                drawing.arrows[i].weight = 1;

        r = drawing_merge(&drawing, box_of, true);
        if (r < 0)
                return r;

        *ret_drawing = drawing;
        drawing = (Drawing){};
        return 0;
}
