/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "id-lists.h"
#include "lookup.h"

/*
 * The softdeps and weakdeps of all modules, resolved: an edge to each module that answers to a name
 * in one of them.
 */
typedef struct SoftEdge {
        uint32_t module;  /* the dependency */
        uint8_t kind;     /* DEPENDENCY_SOFT_PRE, DEPENDENCY_SOFT_POST, DEPENDENCY_WEAK */
        bool is_followed; /* modprobe follows the first softdep of a module alone */
} SoftEdge;

typedef struct SoftEdges {
        uint32_t *starts; /* of the edges of each module of the tree */
        SoftEdge *edges;
        size_t capacity;
        IdLists dependents; /* by module */
} SoftEdges;

/* Names, paths and aliases of the lookup are built already. 0 or -ENOMEM. */
int soft_edges_build(SoftEdges *edges, const Lookup *lookup);
void soft_edges_done(SoftEdges *edges);

/* The edges of a module in the order of its file. */
const SoftEdge *soft_edges_get(const SoftEdges *edges, uint32_t module, size_t *ret_count);
