/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-parts.h"

#include <errno.h>

#include "buffer.h"

/* A walk from one candidate over all that it needs, near ones first. */
typedef struct Walk {
        const Check *check;
        uint32_t start;
        uint32_t *from; /* by node: where the walk came from; CHECK_NONE: not yet */
        uint32_t *queue;
        uint32_t n_queued;
} Walk;

static void walk_done(Walk *walk) {
        free(walk->from);
        free(walk->queue);
}

static int walk_init(Walk *walk, const Check *check, uint32_t start) {
        size_t n = check->n_tree + check->candidates->count;

        *walk = (Walk){ .check = check, .start = start };
        walk->from = calloc(n, sizeof(uint32_t));
        walk->queue = calloc(n, sizeof(uint32_t));
        if (!walk->from || !walk->queue)
                return -ENOMEM;

        for (size_t i = 0; i < n; i++)
                walk->from[i] = CHECK_NONE;
        walk->queue[walk->n_queued++] = start;
        return 0;
}

/* True if it has come back to its start. */
static bool visit(Walk *walk, uint32_t from, uint32_t node) {
        if (!check_is_candidate(walk->check, node))
                node = walk->check->taken_by[node];
        if (node == CHECK_REMOVED || walk->from[node] != CHECK_NONE)
                return false;

        walk->from[node] = from;
        if (node == walk->start)
                return true;

        walk->queue[walk->n_queued++] = node;
        return false;
}

static bool visit_all(Walk *walk, uint32_t node) {
        const Check *check = walk->check;

        if (check_is_candidate(check, node)) {
                const CheckState *state = &check->states[node - check->n_tree];

                for (size_t i = 0; i < state->n_needs; i++) {
                        if (visit(walk, node, state->needs[i]))
                                return true;
                }
        } else {
                const Graph *graph = &check->model->graph;

                for (uint32_t i = 0; i < graph_n_edges(graph, node); i++) {
                        if (visit(walk, node, graph_edges(graph, node)[i].provider))
                                return true;
                }
        }

        return false;
}

/* From its end to its beginning, as it is remembered, but told the other way round. */
static int report_cycle(Check *check, const Walk *walk) {
        _cleanup_buffer_ Buffer text = {};
        uint32_t n = 0;

        for (uint32_t node = walk->from[walk->start]; node != walk->start; node = walk->from[node])
                walk->queue[n++] = node;

        buffer_append_string(&text, check_node_name(check, walk->start));
        while (n > 0) {
                buffer_append_string(&text, " -> ");
                buffer_append_string(&text, check_node_name(check, walk->queue[--n]));
        }
        buffer_append_string(&text, " -> ");
        buffer_append_string(&text, check_node_name(check, walk->start));
        buffer_append_byte(&text, '\0');
        if (buffer_error(&text) < 0)
                return -ENOMEM;

        return check_report(check, walk->start - check->n_tree,
                            &(Finding){ .kind = FINDING_CYCLE, .found = text.data });
}

int check_cycle(Check *check, uint32_t c) {
        _cleanup_(walk_done) Walk walk = {};
        int r;

        if (check->states[c].n_needs == 0)
                return 0;
        r = walk_init(&walk, check, check->n_tree + c);
        if (r < 0)
                return r;

        for (uint32_t i = 0; i < walk.n_queued; i++) {
                if (visit_all(&walk, walk.queue[i]))
                        return report_cycle(check, &walk);
        }

        return 0;
}

static bool has_failing_need(const Check *check, uint32_t c, uint32_t *ret_other) {
        const CheckState *state = &check->states[c];

        for (size_t i = 0; i < state->n_needs; i++) {
                if (check_is_candidate(check, state->needs[i]) &&
                    check->states[state->needs[i] - check->n_tree].n_errors > 0) {
                        *ret_other = state->needs[i] - check->n_tree;
                        return true;
                }
        }

        return false;
}

/* Who needs a candidate that would not load would not load either. */
int check_dependencies(Check *check) {
        bool has_changed = true;

        while (has_changed) {
                has_changed = false;
                for (uint32_t c = 0; c < check->candidates->count; c++) {
                        uint32_t other;
                        int r;

                        if (check->states[c].n_errors > 0 || !has_failing_need(check, c, &other))
                                continue;
                        r = check_report(
                                check, c,
                                &(Finding){ .kind = FINDING_DEPENDENCY,
                                            .other = check_candidate(check, other)->path });
                        if (r < 0)
                                return r;
                        has_changed = true;
                }
        }

        return 0;
}
