/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph-cut.h"

#include <errno.h>
#include <stdlib.h>

#define CUT UINT64_MAX

static bool is_near(const Value *module, int64_t depth) {
        const Value *level = value_find(module, "level");

        return !level || (level->integer <= depth && level->integer >= -depth);
}

static int cut_modules(Value *modules, int64_t depth, Value *left, uint64_t *place) {
        for (size_t i = 0; i < modules->count; i++) {
                if (!is_near(&modules->items[i], depth)) {
                        place[i] = CUT;
                        continue;
                }
                place[i] = left->count;
                if (value_add_value(left, NULL, &modules->items[i]) < 0)
                        return -ENOMEM;
        }

        return 0;
}

/* Sets both ends to their new places; false if one of them was cut. */
static bool move_edge(Value *edge, const uint64_t *place, size_t count) {
        static const char *const ends[] = { "from", "to" };

        for (size_t i = 0; i < 2; i++) {
                Value *end = (Value *) value_find(edge, ends[i]);

                if (!end || end->number >= count || place[end->number] == CUT)
                        return false;
                end->number = place[end->number];
        }

        return true;
}

int graph_cut(Value *reply, int64_t depth) {
        _cleanup_value_ Value modules = value_take(reply, "modules");
        _cleanup_value_ Value edges = value_take(reply, "edges");
        _cleanup_value_ Value left = { .kind = VALUE_LIST }, kept = { .kind = VALUE_LIST };
        _cleanup_free_ uint64_t *place = calloc(modules.count + 1, sizeof(uint64_t));
        int r;

        if (!place)
                return -ENOMEM;
        r = cut_modules(&modules, depth, &left, place);
        for (size_t i = 0; r >= 0 && i < edges.count; i++) {
                if (move_edge(&edges.items[i], place, modules.count))
                        r = value_add_value(&kept, NULL, &edges.items[i]);
        }
        if (r >= 0)
                r = value_add_value(reply, "modules", &left);
        return r < 0 ? r : value_add_value(reply, "edges", &kept);
}
