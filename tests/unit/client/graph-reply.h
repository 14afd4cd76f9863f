/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-case.h"
#include "value.h"
#include "wire.h"

/* A module of an answer of GetGraph, and an edge; an array of them ends with a zeroed one. */
typedef struct ReplyModule {
        const char *name;
        const char *path;
        int64_t level;
} ReplyModule;

typedef struct ReplyEdge {
        const char *ends; /* "ab": from the module with the first letter to the second */
        uint64_t edges;
        uint64_t symbols;
} ReplyEdge;

static inline uint64_t place_of(const ReplyModule *modules, char letter) {
        uint64_t place = 0;

        while (modules[place].name[0] != letter)
                place++;
        return place;
}

static inline void make_graph_reply(Value *reply, const ReplyModule *modules,
                                    const ReplyEdge *edges) {
        Value *list = value_add(reply, "modules");

        list->kind = VALUE_LIST;
        for (const ReplyModule *module = modules; module->name; module++) {
                Value *record = value_add(list, NULL), *level;

                assert_int_equal(value_add_text(record, "name", module->name), 0);
                assert_int_equal(value_add_text(record, "path", module->path), 0);
                level = value_add(record, "level");
                level->kind = VALUE_INTEGER;
                level->integer = module->level;
        }

        list = value_add(reply, "edges");
        list->kind = VALUE_LIST;
        for (const ReplyEdge *edge = edges; edge->ends; edge++) {
                Value *record = value_add(list, NULL);

                assert_int_equal(value_add_number(record, "from", place_of(modules, edge->ends[0])),
                                 0);
                assert_int_equal(value_add_number(record, "to", place_of(modules, edge->ends[1])),
                                 0);
                assert_int_equal(value_add_number(record, "edges", edge->edges), 0);
                assert_int_equal(value_add_number(record, "symbols", edge->symbols), 0);
        }
}
