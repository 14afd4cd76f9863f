/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"

/* The numbers are those of the bus. Without either of the first two both directions are meant. */
enum {
        SUBGRAPH_DEPENDENCIES = 1 << 1,
        SUBGRAPH_DEPENDENTS = 1 << 2,
        SUBGRAPH_SOFT = 1 << 3, /* follow softdeps, too */
};

typedef struct SubgraphNode {
        uint32_t module;
        int32_t level; /* steps from the subjects: to dependencies above 0, to dependents below */
} SubgraphNode;

typedef struct SubgraphEdge {
        uint32_t from; /* nodes, by their position: `from` needs `to` */
        uint32_t to;
        uint32_t kinds; /* the bits of dependencies.h */
        uint32_t n_symbols;
} SubgraphEdge;

typedef struct Subgraph {
        SubgraphNode *nodes;
        size_t n_nodes;
        SubgraphEdge *edges;
        size_t n_edges;
        size_t edges_capacity;
} Subgraph;

void subgraph_done(Subgraph *subgraph);
#define _cleanup_subgraph_ _cleanup_(subgraph_done)

/*
 * What some modules need, directly or not, what needs them, and all edges between these; of no
 * subjects, the graph of all modules of the tree. Nodes come in the order in which they are met,
 * edges by their `from`. 0 or -ENOMEM.
 */
int subgraph_find(const Lookup *lookup, const uint32_t *subjects, size_t n_subjects, unsigned flags,
                  Subgraph *ret_subgraph);
