/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "subgraph.h"

#include <errno.h>

#include "array.h"
#include "dependencies.h"
#include "lookup-parts.h"

#define NOT_MET UINT32_MAX

typedef struct Meeting {
        const Lookup *lookup;
        unsigned flags;
        uint32_t *node_of; /* by module; NOT_MET */
        uint32_t *edge_of; /* by module: the last edge that leads to it */
        Subgraph subgraph;
} Meeting;

void subgraph_done(Subgraph *subgraph) {
        free(subgraph->nodes);
        free(subgraph->edges);
        *subgraph = (Subgraph){};
}

static void meeting_done(Meeting *meeting) {
        free(meeting->node_of);
        free(meeting->edge_of);
        subgraph_done(&meeting->subgraph);
}

static int meeting_init(Meeting *meeting, const Lookup *lookup, unsigned flags) {
        size_t n = (size_t) lookup_count(lookup) + 1;

        *meeting = (Meeting){ .lookup = lookup, .flags = flags };
        if (!(flags & (SUBGRAPH_DEPENDENCIES | SUBGRAPH_DEPENDENTS)))
                meeting->flags |= SUBGRAPH_DEPENDENCIES | SUBGRAPH_DEPENDENTS;
        meeting->node_of = malloc(n * sizeof(uint32_t));
        meeting->edge_of = malloc(n * sizeof(uint32_t));
        meeting->subgraph.nodes = malloc(n * sizeof(SubgraphNode));
        if (!meeting->node_of || !meeting->edge_of || !meeting->subgraph.nodes)
                return -ENOMEM;

        for (size_t i = 0; i < n; i++)
                meeting->node_of[i] = meeting->edge_of[i] = NOT_MET;
        return 0;
}

static void meet(Meeting *meeting, uint32_t module, int32_t level) {
        Subgraph *subgraph = &meeting->subgraph;

        if (meeting->node_of[module] != NOT_MET)
                return;

        meeting->node_of[module] = (uint32_t) subgraph->n_nodes;
        subgraph->nodes[subgraph->n_nodes++] = (SubgraphNode){ module, level };
}

static void meet_dependencies(Meeting *meeting, SubgraphNode node) {
        const Lookup *lookup = meeting->lookup;
        const Graph *graph = &lookup->model->graph;
        const SoftEdge *soft;
        size_t n_soft;

        if (lookup_is_builtin(lookup, node.module))
                return;
        for (uint32_t i = 0; i < graph_n_edges(graph, node.module); i++)
                meet(meeting, graph_edges(graph, node.module)[i].provider, node.level + 1);

        soft = soft_edges_get(&lookup->soft_edges, node.module, &n_soft);
        for (size_t i = 0; (meeting->flags & SUBGRAPH_SOFT) && i < n_soft; i++) {
                if (soft[i].kind != DEPENDENCY_WEAK)
                        meet(meeting, soft[i].module, node.level + 1);
        }
}

static bool has_soft_edge(const Lookup *lookup, uint32_t from, uint32_t to) {
        size_t count;
        const SoftEdge *edges = soft_edges_get(&lookup->soft_edges, from, &count);

        for (size_t i = 0; i < count; i++) {
                if (edges[i].module == to && edges[i].kind != DEPENDENCY_WEAK)
                        return true;
        }

        return false;
}

static void meet_dependents(Meeting *meeting, SubgraphNode node) {
        const Lookup *lookup = meeting->lookup;
        const uint32_t *dependents;
        size_t count;

        dependents = id_lists_get(&lookup->dependents, node.module, &count);
        for (size_t i = 0; i < count; i++)
                meet(meeting, dependents[i], node.level - 1);

        if (!(meeting->flags & SUBGRAPH_SOFT))
                return;
        dependents = id_lists_get(&lookup->soft_edges.dependents, node.module, &count);
        for (size_t i = 0; i < count; i++) {
                if (has_soft_edge(lookup, dependents[i], node.module))
                        meet(meeting, dependents[i], node.level - 1);
        }
}

/* Away from the subjects in both directions, but never back: what else a dependent needs is out. */
static void meet_all(Meeting *meeting) {
        const Subgraph *subgraph = &meeting->subgraph;

        for (size_t i = 0; i < subgraph->n_nodes; i++) {
                SubgraphNode node = subgraph->nodes[i];

                if (node.level >= 0 && (meeting->flags & SUBGRAPH_DEPENDENCIES))
                        meet_dependencies(meeting, node);
                if (node.level <= 0 && (meeting->flags & SUBGRAPH_DEPENDENTS))
                        meet_dependents(meeting, node);
        }
}

/* Edges before first_edge are of other nodes. What is not in the subgraph has no edge. */
static int add_edge(Meeting *meeting, uint32_t from, uint32_t module, uint32_t kind,
                    size_t first_edge) {
        Subgraph *subgraph = &meeting->subgraph;
        uint32_t at = meeting->edge_of[module];

        if (meeting->node_of[module] == NOT_MET)
                return 0;

        if (at == NOT_MET || at < first_edge) {
                if (ARRAY_RESERVE(subgraph->edges, subgraph->edges_capacity,
                                  subgraph->n_edges + 1) < 0)
                        return -ENOMEM;
                at = meeting->edge_of[module] = (uint32_t) subgraph->n_edges++;
                subgraph->edges[at] =
                        (SubgraphEdge){ .from = from, .to = meeting->node_of[module] };
        }

        subgraph->edges[at].kinds |= kind;
        if (lookup_is_builtin(meeting->lookup, module))
                subgraph->edges[at].kinds |= DEPENDENCY_BUILTIN;
        return 0;
}

static void count_symbols(Meeting *meeting, uint32_t from, size_t first_edge) {
        const Model *model = meeting->lookup->model;
        const Module *module = &model->tree.modules[from];

        for (uint32_t i = 0; i < module->n_imports; i++) {
                StringId id = symbol_table_import_id(&model->symbols, &model->tree,
                                                     module_imports(module)[i]);
                uint32_t provider = symbol_table_get(&model->symbols, id).provider;
                uint32_t at = provider < model->tree.count ? meeting->edge_of[provider] : NOT_MET;

                if (at != NOT_MET && at >= first_edge)
                        meeting->subgraph.edges[at].n_symbols++;
        }
}

static int add_edges(Meeting *meeting, uint32_t node) {
        const Lookup *lookup = meeting->lookup;
        const Graph *graph = &lookup->model->graph;
        uint32_t module = meeting->subgraph.nodes[node].module;
        size_t first_edge = meeting->subgraph.n_edges, n_soft;
        const SoftEdge *soft;
        int r = 0;

        if (lookup_is_builtin(lookup, module))
                return 0;
        for (uint32_t i = 0; r >= 0 && i < graph_n_edges(graph, module); i++)
                r = add_edge(meeting, node, graph_edges(graph, module)[i].provider, DEPENDENCY_HARD,
                             first_edge);
        if (r >= 0)
                count_symbols(meeting, module, first_edge);

        soft = soft_edges_get(&lookup->soft_edges, module, &n_soft);
        for (size_t i = 0; r >= 0 && (meeting->flags & SUBGRAPH_SOFT) && i < n_soft; i++) {
                if (soft[i].kind != DEPENDENCY_WEAK && soft[i].module != module)
                        r = add_edge(meeting, node, soft[i].module, soft[i].kind, first_edge);
        }
        return r;
}

int subgraph_find(const Lookup *lookup, const uint32_t *subjects, size_t n_subjects, unsigned flags,
                  Subgraph *ret_subgraph) {
        _cleanup_(meeting_done) Meeting meeting;
        int r;

        r = meeting_init(&meeting, lookup, flags);
        if (r < 0)
                return r;

        for (size_t i = 0; i < n_subjects; i++)
                meet(&meeting, subjects[i], 0);
        for (uint32_t m = 0; n_subjects == 0 && m < lookup_tree_count(lookup); m++)
                meet(&meeting, m, 0);
        meet_all(&meeting);

        for (uint32_t i = 0; i < meeting.subgraph.n_nodes; i++) {
                r = add_edges(&meeting, i);
                if (r < 0)
                        return r;
        }

        *ret_subgraph = meeting.subgraph;
        meeting.subgraph = (Subgraph){};
        return 0;
}
