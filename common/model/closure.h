/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph.h"

/*
 * All that a module needs, directly or not, by ascending position: the order of a line in
 * modules.dep (specification section 5.5). Loaders insert from its end to its beginning.
 *
 * The scratch memory is used again for each module. In a graph with cycles a closure holds only
 * what has a position.
 */
typedef struct Closure {
        const Graph *graph;
        uint64_t *bits; /* by position; all 0 between two calls */
        uint32_t *stack;
        uint32_t *members;
        uint32_t count;
} Closure;

/* Borrows the graph. 0 or -ENOMEM. */
int closure_init(Closure *closure, const Graph *graph);
void closure_done(Closure *closure);

/* Sets members and count for one module, which itself is no member. Cannot fail. */
void closure_collect(Closure *closure, uint32_t module);
