/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "symbol-table.h"

/*
 * Which module needs which: an edge from each module to each provider of a symbol that it wants
 * (specification section 5.2), and the order in which dependencies are listed (section 5.4).
 *
 * Modules are numbers, their indexes in the tree. The graph is built anew from all modules each
 * time: that is an array walk of a millisecond or two, and nothing can be forgotten.
 */
typedef struct Edge {
        uint32_t provider;
        StringId symbol; /* the first one that made this edge */
} Edge;

typedef struct Graph {
        uint32_t n_modules;
        uint32_t *starts; /* edges[starts[m]] to edges[starts[m + 1] - 1] are module m's */
        Edge *edges;
        size_t edges_capacity;
        uint32_t *n_users;  /* how many modules have an edge to this one */
        uint32_t *position; /* in topological order, dependents first; GRAPH_UNPLACED on a cycle */
        uint32_t *placed;   /* the module at each position */
        uint32_t n_placed;
} Graph;

#define GRAPH_UNPLACED UINT32_MAX

enum {
        GRAPH_HAS_CYCLE =
                1, /* some modules need each other: these, and what they need, are unplaced */
};

/* 0, GRAPH_HAS_CYCLE or -ENOMEM. */
int graph_link(Graph *ret_graph, const Tree *tree, const SymbolTable *symbols);

void graph_done(Graph *graph);

static inline uint32_t graph_n_edges(const Graph *graph, uint32_t module) {
        return graph->starts[module + 1] - graph->starts[module];
}

static inline const Edge *graph_edges(const Graph *graph, uint32_t module) {
        return graph->edges + graph->starts[module];
}
