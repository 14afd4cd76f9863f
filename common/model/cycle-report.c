/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "array.h"
#include "cycles.h"

/*
 * kmod looks for cycles from one suspect after the other. Suspects form a ring with a head; a
 * suspect that is dealt with leaves the ring and the head moves behind it, which decides who comes
 * next.
 */
typedef struct Ring {
        uint32_t *next;
        uint32_t *previous;
        bool *has;
        uint32_t head;
        uint32_t count;
} Ring;

static void ring_done(Ring *ring) {
        free(ring->next);
        free(ring->previous);
        free(ring->has);
}

static int ring_init(Ring *ring, const Graph *graph) {
        size_t n = (size_t) graph->n_modules + 1;
        uint32_t last = 0;

        ring->next = calloc(n, sizeof(uint32_t));
        ring->previous = calloc(n, sizeof(uint32_t));
        ring->has = calloc(n, sizeof(bool));
        if (!ring->next || !ring->previous || !ring->has)
                return -ENOMEM;

        for (uint32_t m = 0; m < graph->n_modules; m++) {
                if (graph->position[m] != GRAPH_UNPLACED)
                        continue;
                if (ring->count++ == 0)
                        ring->head = last = m;
                ring->next[last] = m;
                ring->previous[m] = last;
                ring->next[m] = ring->head;
                ring->previous[ring->head] = m;
                ring->has[m] = true;
                last = m;
        }

        return 0;
}

static void ring_remove(Ring *ring, uint32_t module) {
        if (!ring->has[module])
                return;

        ring->has[module] = false;
        ring->count--;
        ring->head = ring->next[module];
        ring->next[ring->previous[module]] = ring->next[module];
        ring->previous[ring->next[module]] = ring->previous[module];
}

/* A module that is to be looked at, below so many others. */
typedef struct Visit {
        uint32_t module;
        uint32_t depth;
} Visit;

typedef struct Report {
        const Cycles *cycles;
        const Tree *tree;
        ProblemList *problems;
        Ring ring;
        Visit *stack;
        size_t n_stack, capacity;
        uint32_t *path; /* from the suspect down */
        uint32_t path_size;
        bool *is_on_path;
        bool *is_known; /* outside of the suspect's component one look is enough */
        bool *is_named; /* by component: one of its cycles has been reported */
        uint64_t budget;
} Report;

static void report_done(Report *report) {
        ring_done(&report->ring);
        free(report->stack);
        free(report->path);
        free(report->is_on_path);
        free(report->is_known);
        free(report->is_named);
}

static int report_init(Report *report) {
        const Graph *graph = report->cycles->graph;
        size_t n = (size_t) graph->n_modules + 1;

        report->path = calloc(n, sizeof(uint32_t));
        report->is_on_path = calloc(n, sizeof(bool));
        report->is_known = calloc(n, sizeof(bool));
        report->is_named = calloc(n, sizeof(bool));
        if (!report->path || !report->is_on_path || !report->is_known || !report->is_named)
                return -ENOMEM;

        /* Cycles that share modules have more paths than atoms in the universe. */
        report->budget = 1000 + 8 * ((uint64_t) n + graph->starts[graph->n_modules]);
        return ring_init(&report->ring, graph);
}

static void path_cut(Report *report, uint32_t depth) {
        while (report->path_size > depth)
                report->is_on_path[report->path[--report->path_size]] = false;
}

static int report_cycle(Report *report, uint32_t suspect) {
        _cleanup_buffer_ Buffer text = {};
        const char *name = tree_module_name(report->tree, suspect);

        report->is_named[report->cycles->component[suspect]] = true;
        for (uint32_t i = 0; i < report->path_size; i++) {
                buffer_append_string(&text, tree_module_name(report->tree, report->path[i]));
                buffer_append_string(&text, " -> ");
                ring_remove(&report->ring, report->path[i]);
        }
        buffer_append(&text, name, strlen(name) + 1);
        if (buffer_error(&text) < 0)
                return -ENOMEM;

        return problem_list_add(report->problems,
                                &(Problem){ .kind = PROBLEM_CYCLE, .subject = text.data });
}

static int push_providers(Report *report, uint32_t module, uint32_t depth) {
        const Graph *graph = report->cycles->graph;
        uint32_t n = graph_n_edges(graph, module);

        if (ARRAY_RESERVE(report->stack, report->capacity, report->n_stack + n) < 0)
                return -ENOMEM;

        for (uint32_t i = 0; i < n; i++)
                report->stack[report->n_stack++] =
                        (Visit){ .module = graph_edges(graph, module)[i].provider, .depth = depth };
        return 0;
}

/* Has this module nothing new to tell about cycles through the suspect? */
static bool is_idle(const Report *report, uint32_t module, uint32_t suspect) {
        const Cycles *cycles = report->cycles;

        if (cycles->is_member[suspect] && cycles->component[module] == cycles->component[suspect])
                return report->is_on_path[module];

        return report->is_known[module];
}

static int search_from(Report *report, uint32_t suspect) {
        int r;

        report->n_stack = 0;
        path_cut(report, 0);
        if (ARRAY_RESERVE(report->stack, report->capacity, 1) < 0)
                return -ENOMEM;
        report->stack[report->n_stack++] = (Visit){ .module = suspect };

        while (report->n_stack > 0 && report->budget > 0) {
                Visit visit = report->stack[--report->n_stack];

                report->budget--;
                path_cut(report, visit.depth);
                if (visit.depth > 0 && visit.module == suspect) {
                        r = report_cycle(report, suspect);
                        if (r < 0)
                                return r;
                        continue;
                }
                if (is_idle(report, visit.module, suspect))
                        continue;

                report->is_known[visit.module] = true;
                if (graph_n_edges(report->cycles->graph, visit.module) == 0) {
                        ring_remove(&report->ring, visit.module);
                        continue;
                }

                report->path[report->path_size++] = visit.module;
                report->is_on_path[visit.module] = true;
                r = push_providers(report, visit.module, visit.depth + 1);
                if (r < 0)
                        return r;
        }

        return 0;
}

/*
 * Fills `previous` breadth first from one module over its component until that is needed again, and
 * gives the module that needs it. `queue` has room for all.
 */
static uint32_t find_way_back(const Cycles *cycles, uint32_t start, uint32_t *previous,
                              uint32_t *queue) {
        const Graph *graph = cycles->graph;
        size_t n_queue = 0, next = 0;

        queue[n_queue++] = start;
        for (;;) {
                uint32_t module = queue[next++];

                for (uint32_t i = 0; i < graph_n_edges(graph, module); i++) {
                        uint32_t provider = graph_edges(graph, module)[i].provider;

                        if (provider == start)
                                return module;
                        if (cycles->component[provider] != cycles->component[start] ||
                            previous[provider] != UINT32_MAX)
                                continue;
                        previous[provider] = module;
                        queue[n_queue++] = provider;
                }
        }
}

/* The shortest cycle of this module, which is on one. */
static int report_shortest(Report *report, uint32_t start, uint32_t *previous, uint32_t *queue) {
        uint32_t last = find_way_back(report->cycles, start, previous, queue), size = 1;

        for (uint32_t m = last; m != start; m = previous[m])
                size++;

        path_cut(report, 0);
        report->path_size = size;
        for (uint32_t m = last; m != start; m = previous[m])
                report->path[--size] = m;
        report->path[0] = start;
        return report_cycle(report, start);
}

/* Where the search was given up before it came to a cycle, nobody would know what to look at. */
static int report_unnamed(Report *report) {
        const Cycles *cycles = report->cycles;
        size_t n = (size_t) cycles->graph->n_modules + 1;
        _cleanup_free_ uint32_t *previous = reallocarray(NULL, n, sizeof(uint32_t));
        _cleanup_free_ uint32_t *queue = reallocarray(NULL, n, sizeof(uint32_t));
        int r = 0;

        if (!previous || !queue)
                return -ENOMEM;

        for (size_t i = 0; i < n; i++)
                previous[i] = UINT32_MAX;
        for (uint32_t m = 0; r == 0 && m < cycles->graph->n_modules; m++) {
                if (cycles->is_member[m] && !report->is_named[cycles->component[m]])
                        r = report_shortest(report, m, previous, queue);
        }
        return r;
}

int cycles_report(const Cycles *cycles, const Tree *tree, ProblemList *problems) {
        _cleanup_(report_done)
                Report report = { .cycles = cycles, .tree = tree, .problems = problems };
        int r;

        r = report_init(&report);
        if (r < 0)
                return r;

        while (report.ring.count > 0 && report.budget > 0) {
                uint32_t suspect = report.ring.head;

                ring_remove(&report.ring, suspect);
                r = search_from(&report, suspect);
                if (r < 0)
                        return r;
        }

        r = report.budget == 0 ? report_unnamed(&report) : 0;
        if (r < 0)
                return r;

        return problem_list_add(
                problems, &(Problem){ .kind = PROBLEM_CYCLE_COUNT, .number = cycles->n_members });
}
