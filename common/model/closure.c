/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "closure.h"

#include <errno.h>

int closure_init(Closure *closure, const Graph *graph) {
        size_t n = graph->n_modules;

        *closure = (Closure){ .graph = graph };
        closure->bits = calloc(n / 64 + 1, sizeof(uint64_t));
        closure->stack = calloc(n + 1, sizeof(uint32_t));
        closure->members = calloc(n + 1, sizeof(uint32_t));
        if (!closure->bits || !closure->stack || !closure->members) {
                closure_done(closure);
                return -ENOMEM;
        }

        return 0;
}

void closure_done(Closure *closure) {
        free(closure->bits);
        free(closure->stack);
        free(closure->members);
        *closure = (Closure){};
}

/* Marks what is needed in a bit set over positions. No module is pushed twice. */
static void mark(Closure *closure, uint32_t module, uint32_t *ret_first, uint32_t *ret_last) {
        const Graph *graph = closure->graph;
        uint32_t n_stack = 0, first = UINT32_MAX, last = 0;

        closure->stack[n_stack++] = module;
        while (n_stack > 0) {
                uint32_t m = closure->stack[--n_stack];
                const Edge *edges = graph_edges(graph, m);

                for (uint32_t i = 0; i < graph_n_edges(graph, m); i++) {
                        uint32_t position = graph->position[edges[i].provider];
                        uint64_t bit = UINT64_C(1) << (position % 64);

                        if (position == GRAPH_UNPLACED || (closure->bits[position / 64] & bit))
                                continue;

                        closure->bits[position / 64] |= bit;
                        first = position < first ? position : first;
                        last = position > last ? position : last;
                        closure->stack[n_stack++] = edges[i].provider;
                }
        }

        *ret_first = first;
        *ret_last = last;
}

void closure_collect(Closure *closure, uint32_t module) {
        uint32_t first, last;

        closure->count = 0;
        if (graph_n_edges(closure->graph, module) == 0)
                return;

        /* Reading the bits in order sorts the members without comparing any. */
        mark(closure, module, &first, &last);
        for (uint32_t word = first / 64; first <= last && word <= last / 64; word++) {
                uint64_t bits = closure->bits[word];

                closure->bits[word] = 0;
                for (; bits != 0; bits &= bits - 1) {
                        uint32_t position = word * 64 + (uint32_t) __builtin_ctzll(bits);

                        closure->members[closure->count++] = closure->graph->placed[position];
                }
        }
}
