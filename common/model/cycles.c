/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cycles.h"

#include <errno.h>

#define NONE UINT32_MAX

void cycles_done(Cycles *cycles) {
        free(cycles->component);
        free(cycles->is_member);
        *cycles = (Cycles){};
}

/*
 * Tarjan's algorithm for strongly connected components with stacks of our own. A frame is a module
 * and the next edge to follow from it.
 */
typedef struct Frame {
        uint32_t module;
        uint32_t next_edge;
} Frame;

typedef struct Search {
        const Graph *graph;
        Cycles *cycles;
        uint32_t *number; /* order of discovery; NONE: not met yet */
        uint32_t *low;
        uint32_t *open; /* modules whose component is not complete */
        bool *is_open;
        Frame *frames;
        uint32_t n_open, n_frames, n_numbers, n_components;
} Search;

static void search_done(Search *search) {
        free(search->number);
        free(search->low);
        free(search->open);
        free(search->is_open);
        free(search->frames);
}

static int search_init(Search *search) {
        size_t n = (size_t) search->graph->n_modules + 1;

        search->number = reallocarray(NULL, n, sizeof(uint32_t));
        search->low = reallocarray(NULL, n, sizeof(uint32_t));
        search->open = reallocarray(NULL, n, sizeof(uint32_t));
        search->is_open = calloc(n, sizeof(bool));
        search->frames = reallocarray(NULL, n, sizeof(Frame));
        if (!search->number || !search->low || !search->open || !search->is_open || !search->frames)
                return -ENOMEM;

        for (size_t i = 0; i < n; i++)
                search->number[i] = NONE;
        return 0;
}

static void enter(Search *search, uint32_t module) {
        search->number[module] = search->low[module] = search->n_numbers++;
        search->open[search->n_open++] = module;
        search->is_open[module] = true;
        search->frames[search->n_frames++] = (Frame){ .module = module };
}

static void close_component(Search *search, uint32_t root) {
        uint32_t module;

        do {
                module = search->open[--search->n_open];
                search->is_open[module] = false;
                search->cycles->component[module] = search->n_components;
        } while (module != root);

        search->n_components++;
}

static void leave(Search *search, uint32_t module) {
        if (search->low[module] == search->number[module])
                close_component(search, module);

        search->n_frames--;
        if (search->n_frames > 0) {
                uint32_t parent = search->frames[search->n_frames - 1].module;

                if (search->low[module] < search->low[parent])
                        search->low[parent] = search->low[module];
        }
}

static void visit(Search *search, uint32_t root) {
        enter(search, root);
        while (search->n_frames > 0) {
                Frame *frame = &search->frames[search->n_frames - 1];
                uint32_t module = frame->module, provider;

                if (frame->next_edge == graph_n_edges(search->graph, module)) {
                        leave(search, module);
                        continue;
                }

                provider = graph_edges(search->graph, module)[frame->next_edge++].provider;
                if (search->number[provider] == NONE)
                        enter(search, provider);
                else if (search->is_open[provider] &&
                         search->number[provider] < search->low[module])
                        search->low[module] = search->number[provider];
        }
}

static bool needs_itself(const Graph *graph, uint32_t module) {
        for (uint32_t i = 0; i < graph_n_edges(graph, module); i++) {
                if (graph_edges(graph, module)[i].provider == module)
                        return true;
        }

        return false;
}

static int mark_members(Cycles *cycles, uint32_t n_components) {
        _cleanup_free_ uint32_t *sizes = calloc((size_t) n_components + 1, sizeof(uint32_t));
        const Graph *graph = cycles->graph;

        if (!sizes)
                return -ENOMEM;

        for (uint32_t m = 0; m < graph->n_modules; m++)
                sizes[cycles->component[m]]++;
        for (uint32_t m = 0; m < graph->n_modules; m++) {
                cycles->is_member[m] = sizes[cycles->component[m]] > 1 || needs_itself(graph, m);
                cycles->n_members += cycles->is_member[m];
        }

        return 0;
}

int cycles_find(Cycles *ret_cycles, const Graph *graph) {
        _cleanup_(cycles_done) Cycles cycles = { .graph = graph };
        _cleanup_(search_done) Search search = { .graph = graph, .cycles = &cycles };
        int r;

        cycles.component = calloc((size_t) graph->n_modules + 1, sizeof(uint32_t));
        cycles.is_member = calloc((size_t) graph->n_modules + 1, sizeof(bool));
        if (!cycles.component || !cycles.is_member)
                return -ENOMEM;
        r = search_init(&search);
        if (r < 0)
                return r;

        for (uint32_t m = 0; m < graph->n_modules; m++) {
                if (search.number[m] == NONE)
                        visit(&search, m);
        }

        r = mark_members(&cycles, search.n_components);
        if (r < 0)
                return r;

        *ret_cycles = cycles;
        cycles = (Cycles){};
        return 0;
}
