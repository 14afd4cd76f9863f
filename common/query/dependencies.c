/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dependencies.h"

#include <errno.h>

#include "closure.h"
#include "lookup-parts.h"

/* The modules that were met, in this order, and the bits of each. */
typedef struct Meeting {
        const Lookup *lookup;
        uint32_t subject;
        unsigned kinds; /* those that are asked for */
        uint8_t *bits;  /* by module */
        uint32_t *met;
        size_t n_met;
} Meeting;

static void meeting_done(Meeting *meeting) {
        free(meeting->bits);
        free(meeting->met);
}

static int meeting_init(Meeting *meeting, const Lookup *lookup, uint32_t subject, unsigned flags) {
        *meeting = (Meeting){ .lookup = lookup, .subject = subject, .kinds = DEPENDENCY_HARD };
        if (flags & DEPENDENCIES_SOFT)
                meeting->kinds |= DEPENDENCY_SOFT_PRE | DEPENDENCY_SOFT_POST;
        if (flags & DEPENDENCIES_WEAK)
                meeting->kinds |= DEPENDENCY_WEAK;

        meeting->bits = calloc((size_t) lookup_count(lookup) + 1, 1);
        meeting->met = calloc((size_t) lookup_count(lookup) + 1, sizeof(uint32_t));
        return meeting->bits && meeting->met ? 0 : -ENOMEM;
}

static void meet(Meeting *meeting, uint32_t module, unsigned bits) {
        if (module == meeting->subject || !(bits & meeting->kinds))
                return;
        if (meeting->bits[module] == 0)
                meeting->met[meeting->n_met++] = module;

        meeting->bits[module] |= (uint8_t) bits;
        if (lookup_is_builtin(meeting->lookup, module))
                meeting->bits[module] |= DEPENDENCY_BUILTIN;
}

static int add_met(const Meeting *meeting, FoundModules *ret_found) {
        _cleanup_found_modules_ FoundModules found = {};
        int r;

        for (size_t i = 0; i < meeting->n_met; i++) {
                uint32_t module = meeting->met[i];

                r = found_modules_add(&found, meeting->lookup, module, meeting->bits[module]);
                if (r < 0)
                        return r;
        }

        *ret_found = found;
        found = (FoundModules){};
        return 0;
}

static int compare_numbers(const void *x, const void *y) {
        const uint32_t *a = x, *b = y;

        return *a < *b ? -1 : *a > *b;
}

/* Direct hard dependencies. A module on a cycle has no position and comes last. */
static void meet_providers(Meeting *meeting, uint32_t module) {
        const Graph *graph = &meeting->lookup->model->graph;

        for (uint32_t i = 0; i < graph_n_edges(graph, module); i++)
                meet(meeting, graph_edges(graph, module)[i].provider, DEPENDENCY_HARD);
}

static void meet_soft(Meeting *meeting, uint32_t module) {
        size_t count;
        const SoftEdge *edges = soft_edges_get(&meeting->lookup->soft_edges, module, &count);

        for (size_t i = 0; i < count; i++)
                meet(meeting, edges[i].module, edges[i].kind);
}

static int compare_positions(const void *x, const void *y, void *userdata) {
        const Graph *graph = userdata;

        return compare_numbers(&graph->position[*(const uint32_t *) x],
                               &graph->position[*(const uint32_t *) y]);
}

/* The modules of the subject's line in modules.dep, or those among them that it names itself. */
static int meet_line(Meeting *meeting, bool is_transitive) {
        const Graph *graph = &meeting->lookup->model->graph;
        _cleanup_(closure_done) Closure closure = {};
        int r;

        if (!is_transitive) {
                meet_providers(meeting, meeting->subject);
                qsort_r(meeting->met, meeting->n_met, sizeof(uint32_t), compare_positions,
                        (void *) graph);
                return 0;
        }

        r = closure_init(&closure, graph);
        if (r < 0)
                return r;
        closure_collect(&closure, meeting->subject);
        for (uint32_t i = 0; i < closure.count; i++)
                meet(meeting, closure.members[i], DEPENDENCY_HARD);
        return 0;
}

int dependencies_find(const Lookup *lookup, uint32_t module, unsigned flags,
                      FoundModules *ret_dependencies) {
        bool is_transitive = flags & DEPENDENCIES_TRANSITIVE;
        _cleanup_(meeting_done) Meeting meeting;
        int r;

        r = meeting_init(&meeting, lookup, module, flags);
        if (r < 0)
                return r;

        if (!lookup_is_builtin(lookup, module)) {
                r = meet_line(&meeting, is_transitive);
                if (r < 0)
                        return r;
                meet_soft(&meeting, module);
        }

        /* What is met on the way comes on the way, too. */
        for (size_t i = 0; is_transitive && i < meeting.n_met; i++) {
                if (lookup_is_builtin(lookup, meeting.met[i]))
                        continue;
                meet_providers(&meeting, meeting.met[i]);
                meet_soft(&meeting, meeting.met[i]);
        }

        return add_met(&meeting, ret_dependencies);
}

/* What the edges from one module to another are, if any of these kinds. */
static unsigned soft_bits(const Lookup *lookup, uint32_t from, uint32_t to) {
        unsigned bits = 0;
        size_t count;
        const SoftEdge *edges = soft_edges_get(&lookup->soft_edges, from, &count);

        for (size_t i = 0; i < count; i++)
                bits |= edges[i].module == to ? edges[i].kind : 0U;
        return bits;
}

static void meet_dependents(Meeting *meeting, uint32_t module) {
        const Lookup *lookup = meeting->lookup;
        const uint32_t *dependents;
        size_t count;

        dependents = id_lists_get(&lookup->dependents, module, &count);
        for (size_t i = 0; i < count; i++)
                meet(meeting, dependents[i], DEPENDENCY_HARD);

        if (meeting->kinds == DEPENDENCY_HARD)
                return;
        dependents = id_lists_get(&lookup->soft_edges.dependents, module, &count);
        for (size_t i = 0; i < count; i++) {
                unsigned bits = soft_bits(lookup, dependents[i], module) & meeting->kinds;

                meet(meeting, dependents[i], bits);
        }
}

int dependents_find(const Lookup *lookup, uint32_t module, unsigned flags,
                    FoundModules *ret_dependents) {
        _cleanup_(meeting_done) Meeting meeting;
        int r;

        r = meeting_init(&meeting, lookup, module, flags);
        if (r < 0)
                return r;

        meet_dependents(&meeting, module);
        for (size_t i = 0; (flags & DEPENDENCIES_TRANSITIVE) && i < meeting.n_met; i++)
                meet_dependents(&meeting, meeting.met[i]);

        qsort(meeting.met, meeting.n_met, sizeof(uint32_t), compare_numbers);
        return add_met(&meeting, ret_dependents);
}
