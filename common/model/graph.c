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

typedef struct Linking {
        const Tree *tree;
        const SymbolTable *symbols;
        /* The table's content by the ids of names: modules import far more often than they export.
         */
        uint32_t *providers;
        uint32_t n_providers;
        uint32_t *seen; /* seen[provider] == module + 1 marks an edge that is there already */
} Linking;

static void linking_done(Linking *linking) {
        free(linking->providers);
        free(linking->seen);
}

static int linking_init(Linking *linking) {
        const SymbolTable *symbols = linking->symbols;

        linking->n_providers = string_table_count(linking->tree->strings);
        linking->providers =
                reallocarray(NULL, (size_t) linking->n_providers + 1, sizeof(uint32_t));
        linking->seen = calloc(linking->tree->count + 1, sizeof(uint32_t));
        if (!linking->providers || !linking->seen)
                return -ENOMEM;

        memset(linking->providers, 0xff, linking->n_providers * sizeof(uint32_t));
        for (size_t i = 0; i < symbols->count; i++)
                linking->providers[symbols->symbols[i].name] = symbols->symbols[i].provider;
        return 0;
}

static uint32_t find_provider(const Linking *linking, Import import) {
        StringId id = symbol_table_import_id(linking->symbols, linking->tree, import);

        return id < linking->n_providers ? linking->providers[id] : SYMBOL_NO_PROVIDER;
}

static int link_module(Graph *graph, const Linking *linking, uint32_t module) {
        const Module *record = &linking->tree->modules[module];
        const Import *imports = module_imports(record);
        size_t n_edges = graph->starts[module];

        for (size_t i = 0; i < record->n_imports; i++) {
                uint32_t provider = find_provider(linking, imports[i]);

                if (provider >= SYMBOL_KERNEL || linking->seen[provider] == module + 1)
                        continue;

                if (ARRAY_RESERVE(graph->edges, graph->edges_capacity, n_edges + 1) < 0)
                        return -ENOMEM;
                graph->edges[n_edges++] =
                        (Edge){ .provider = provider,
                                .symbol = symbol_table_import_id(linking->symbols, linking->tree,
                                                                 imports[i]) };
                graph->n_users[provider]++;
                linking->seen[provider] = module + 1;
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
        _cleanup_(linking_done) Linking linking = { .tree = tree, .symbols = symbols };
        int r;

        r = linking_init(&linking);
        if (r < 0)
                return r;

        graph.starts = calloc(tree->count + 1, sizeof(uint32_t));
        graph.n_users = calloc(tree->count + 1, sizeof(uint32_t));
        graph.position = calloc(tree->count + 1, sizeof(uint32_t));
        graph.placed = calloc(tree->count + 1, sizeof(uint32_t));
        if (!graph.starts || !graph.n_users || !graph.position || !graph.placed)
                return -ENOMEM;
        /* Without any edge, too, there is a place that no edges are at: NULL has no offsets. */
        if (ARRAY_RESERVE(graph.edges, graph.edges_capacity, 1) < 0)
                return -ENOMEM;

        for (uint32_t m = 0; m < graph.n_modules; m++) {
                r = link_module(&graph, &linking, m);
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
