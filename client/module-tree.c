/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-tree.h"

#include <errno.h>
#include <string.h>

#include "array.h"
#include "string-table.h"
#include "wire.h"

/* A row whose children are being added. */
typedef struct Level {
        Value edges;
        size_t next;
        uint64_t row;
} Level;

typedef struct Unfolding {
        ModuleTreeAsk ask;
        void *userdata;
        Value *rows;
        StringTable *unfolded; /* names */
        Level *levels;         /* from the root down to where we are */
        size_t n_levels;
        size_t capacity;
} Unfolding;

static void unfolding_done(Unfolding *unfolding) {
        for (size_t i = 0; i < unfolding->n_levels; i++)
                value_done(&unfolding->levels[i].edges);
        free(unfolding->levels);
        string_table_unref(unfolding->unfolded);
}

/* Goes down into the row that was added last. */
static int descend(Unfolding *unfolding, const char *name) {
        Level *level;
        StringId id;
        int r;

        r = string_table_intern(unfolding->unfolded, name, strlen(name), &id);
        if (r < 0)
                return r;
        if (ARRAY_RESERVE(unfolding->levels, unfolding->capacity, unfolding->n_levels + 1) < 0)
                return -ENOMEM;

        level = &unfolding->levels[unfolding->n_levels++];
        *level = (Level){ .row = unfolding->rows->count - 1 };
        return unfolding->ask(unfolding->userdata, name, &level->edges);
}

static int add_row(Value *rows, const Value *edge, uint64_t parent, bool is_repeated) {
        Value *row = value_add(rows, NULL);
        int r;

        if (!row)
                return -ENOMEM;
        r = value_add_text(row, "name", value_text(edge, "name"));
        if (r >= 0)
                r = value_add_text(row, "path", value_text(edge, "path"));
        if (r >= 0)
                r = value_add_number(row, "edges", value_number(edge, "edges"));
        if (r >= 0)
                r = value_add_number(row, "parent", parent);
        if (r >= 0)
                r = value_add_boolean(row, "repeated", is_repeated);
        return r;
}

/* The next child of the lowest level, or one level up when there is none. */
static int step(Unfolding *unfolding) {
        Level *level = &unfolding->levels[unfolding->n_levels - 1];
        bool is_known, is_leaf;
        const Value *edge;
        const char *name;
        int r;

        if (level->next == level->edges.count) {
                value_done(&level->edges);
                unfolding->n_levels--;
                return 0;
        }

        edge = &level->edges.items[level->next++];
        name = value_text(edge, "name");
        is_known = string_table_find(unfolding->unfolded, name, strlen(name)) != STRING_NONE;
        is_leaf = value_number(edge, "edges") & DEPMOD1_EDGE_BUILTIN;

        r = add_row(unfolding->rows, edge, level->row, is_known);
        if (r < 0 || is_known || is_leaf)
                return r;
        return descend(unfolding, name);
}

int module_tree_unfold(const char *name, ModuleTreeAsk ask, void *userdata, Value *rows) {
        _cleanup_(unfolding_done)
                Unfolding unfolding = { .ask = ask, .userdata = userdata, .rows = rows };
        Value *root = value_add(rows, NULL);
        int r;

        if (!root)
                return -ENOMEM;
        r = value_add_text(root, "name", name);
        if (r >= 0)
                r = string_table_new(&unfolding.unfolded);
        if (r >= 0)
                r = descend(&unfolding, name);
        while (r >= 0 && unfolding.n_levels > 0)
                r = step(&unfolding);
        return r;
}
