/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "answers.h"
#include "subgraph.h"

_Static_assert((int) SUBGRAPH_DEPENDENCIES == (int) DEPMOD1_GRAPH_DEPENDENCIES &&
                       (int) SUBGRAPH_DEPENDENTS == (int) DEPMOD1_GRAPH_DEPENDENTS &&
                       (int) SUBGRAPH_SOFT == (int) DEPMOD1_GRAPH_SOFT,
               "flags have the same numbers on the bus");

static int find_subjects(const Question *question, uint32_t **ret_modules, size_t *ret_count,
                         sd_bus_error *error) {
        _cleanup_free_ uint32_t *modules = NULL;
        size_t count = 0;
        int r;

        while (question->names[count])
                count++;
        modules = calloc(count + 1, sizeof(uint32_t));
        if (!modules)
                return -ENOMEM;

        for (size_t i = 0; i < count; i++) {
                r = lookup_find(question_lookup(question), question->names[i], &modules[i]);
                if (r == LOOKUP_NOT_FOUND)
                        return question_fail_module(question, question->names[i], error);
                if (r < 0)
                        return r;
        }

        *ret_modules = TAKE_PTR(modules);
        *ret_count = count;
        return 0;
}

/* (ssi): name, path, level */
static int append_nodes(Question *question, sd_bus_message *reply, const Subgraph *subgraph) {
        const Lookup *lookup = question_lookup(question);
        int r;

        r = sd_bus_message_open_container(reply, 'a', "(ssi)");
        for (size_t i = 0; r >= 0 && i < subgraph->n_nodes; i++) {
                const SubgraphNode *node = &subgraph->nodes[i];

                r = sd_bus_message_open_container(reply, 'r', "ssi");
                if (r >= 0)
                        r = question_append(question, reply, lookup_name(lookup, node->module));
                if (r >= 0)
                        r = question_append(question, reply, lookup_path(lookup, node->module));
                if (r >= 0)
                        r = sd_bus_message_append(reply, "i", node->level);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* (uuuu): from, to, edges, symbols */
static int append_edges(sd_bus_message *reply, const Subgraph *subgraph) {
        int r;

        r = sd_bus_message_open_container(reply, 'a', "(uuuu)");
        for (size_t i = 0; r >= 0 && i < subgraph->n_edges; i++) {
                const SubgraphEdge *edge = &subgraph->edges[i];

                r = sd_bus_message_append(reply, "(uuuu)", edge->from, edge->to, edge->kinds,
                                          edge->n_symbols);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int answer_get_graph(Question *question, sd_bus_message *reply, Kernel *kernel,
                     sd_bus_error *error) {
        _cleanup_subgraph_ Subgraph subgraph = {};
        _cleanup_free_ uint32_t *subjects = NULL;
        size_t n_subjects = 0;
        int r;

        (void) kernel;
        r = find_subjects(question, &subjects, &n_subjects, error);
        if (r >= 0)
                r = subgraph_find(question_lookup(question), subjects, n_subjects,
                                  (unsigned) question->flags, &subgraph);
        if (r >= 0)
                r = question_reserve(question, subgraph.n_edges * sizeof(SubgraphEdge));
        if (r >= 0)
                r = append_nodes(question, reply, &subgraph);
        if (r >= 0)
                r = append_edges(reply, &subgraph);
        return r < 0 ? r : question_append_generation(question, reply);
}
