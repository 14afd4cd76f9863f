/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "graph.h"
#include "problem.h"

/*
 * The modules that need each other, and so cannot be loaded at all (specification section 5.3).
 */
typedef struct Cycles {
        const Graph *graph;
        uint32_t *component; /* modules with the same number reach each other */
        bool *is_member; /* is this module on a cycle? One that is merely needed by one is not */
        uint32_t n_members;
} Cycles;

/* Borrows the graph. Linear in modules and edges, no recursion. 0 or -ENOMEM. */
int cycles_find(Cycles *ret_cycles, const Graph *graph);
void cycles_done(Cycles *cycles);

/*
 * Records each cycle that is found from its members in final order, and how many modules there are
 * in all. Paths and their order are kmod's in the simple cases. Where cycles share modules there
 * may be more paths than anyone can read: then some are left out, but at least one is recorded for
 * each knot of modules that reach each other, and the number of modules is still right.
 */
int cycles_report(const Cycles *cycles, const Tree *tree, ProblemList *problems);
