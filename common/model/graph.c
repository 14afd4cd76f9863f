/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph.h"

#include <errno.h>
#include <string.h>

#include "array.h"

void graph_done(Graph *graph) {
        free(graph->starts);
        free(graph->edges);
        free(graph->n_users);
        free(graph->position);
        free(graph->placed);
        *graph = (Graph){};
}

/* seen[provider] == module + 1 marks an edge that is there already. */
static int link_module(Graph *graph, const Tree *tree, const SymbolTable *symbols, uint32_t module,
                       uint32_t *seen) {
        const Module *record = &tree->modules[module];
        size_t n_edges = graph->starts[module];

        for (size_t i = 0; i < record->n_imports; i++) {
                StringId id = symbol_table_import_id(symbols, tree, module_imports(record)[i]);
                uint32_t provider = symbol_table_get(symbols, id).provider;

                if (provider >= SYMBOL_KERNEL || seen[provider] == module + 1)
                        continue;

                if (ARRAY_RESERVE(graph->edges, graph->edges_capacity, n_edges + 1) < 0)
                        return -ENOMEM;
                graph->edges[n_edges++] = (Edge){ .provider = provider, .symbol = id };
                graph->n_users[provider]++;
                seen[provider] = module + 1;
        }

        graph->starts[module + 1] = (uint32_t) n_edges;
        return 0;
}

/*
 * Kahn's algorithm with a stack: the module freed last comes next. This very order shows in
 * modules.dep, so no other topological order will do.
 */
static int place(Graph *graph) {
        _cleanup_free_ uint32_t *n_users = NULL, *stack = NULL;
        size_t n_stack = 0;

        n_users = reallocarray(NULL, (size_t) graph->n_modules + 1, sizeof(uint32_t));
        stack = reallocarray(NULL, (size_t) graph->n_modules + 1, sizeof(uint32_t));
        if (!n_users || !stack)
                return -ENOMEM;
        memcpy(n_users, graph->n_users, graph->n_modules * sizeof(uint32_t));

        for (uint32_t m = 0; m < graph->n_modules; m++) {
                graph->position[m] = GRAPH_UNPLACED;
                if (n_users[m] == 0)
                        stack[n_stack++] = m;
        }

        while (n_stack > 0) {
                uint32_t module = stack[--n_stack];
                const Edge *edges = graph_edges(graph, module);

                graph->placed[graph->n_placed] = module;
                graph->position[module] = graph->n_placed++;
                for (uint32_t i = 0; i < graph_n_edges(graph, module); i++) {
                        if (--n_users[edges[i].provider] == 0)
                                stack[n_stack++] = edges[i].provider;
                }
        }

        return graph->n_placed < graph->n_modules ? GRAPH_HAS_CYCLE : 0;
}

int graph_link(Graph *ret_graph, const Tree *tree, const SymbolTable *symbols) {
        _cleanup_(graph_done) Graph graph = { .n_modules = (uint32_t) tree->count };
        _cleanup_free_ uint32_t *seen = calloc(tree->count + 1, sizeof(uint32_t));
        int r;

        graph.starts = calloc(tree->count + 1, sizeof(uint32_t));
        graph.n_users = calloc(tree->count + 1, sizeof(uint32_t));
        graph.position = calloc(tree->count + 1, sizeof(uint32_t));
        graph.placed = calloc(tree->count + 1, sizeof(uint32_t));
        if (!seen || !graph.starts || !graph.n_users || !graph.position || !graph.placed)
                return -ENOMEM;

        for (uint32_t m = 0; m < graph.n_modules; m++) {
                r = link_module(&graph, tree, symbols, m, seen);
                if (r < 0)
                        return r;
        }

        r = place(&graph);
        if (r < 0)
                return r;

        *ret_graph = graph;
        graph = (Graph){};
        return r;
}
