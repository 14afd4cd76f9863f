/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pulls.h"

#include <errno.h>

#include "array.h"
#include "dependencies.h"
#include "prober-parts.h"

void pulls_done(Pulls *pulls) {
        free(pulls->items);
        free(pulls->starts);
        *pulls = (Pulls){};
}

static int add(Pulls *pulls, uint32_t from, uint32_t to, unsigned bits) {
        if (from == to)
                return 0;
        if (ARRAY_RESERVE(pulls->items, pulls->capacity, pulls->count + 1) < 0)
                return -ENOMEM;

        pulls->items[pulls->count++] = (Pull){ .from = from, .to = to, .bits = bits };
        return 0;
}

static int add_targets(Pulls *pulls, Prober *prober, uint32_t from, const TargetList *found,
                       unsigned bits) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < found->count; i++)
                r = add(pulls, from, prober->targets[found->items[i]].module, bits);
        return r;
}

static int add_soft(Pulls *pulls, Prober *prober, uint32_t from) {
        TargetList before = {}, after = {}, weak = {};
        const char *text;
        int r = 0;

        if (prober_softdep(prober, from, &text)) {
                r = prober_look_up_part(prober, softdep_of(text), SOFTDEP_PRE, &before);
                if (r >= 0)
                        r = prober_look_up_part(prober, softdep_of(text), SOFTDEP_POST, &after);
        }
        if (r >= 0)
                r = prober_find_weakdeps(prober, from, &weak);

        if (r >= 0)
                r = add_targets(pulls, prober, from, &before, DEPENDENCY_SOFT_PRE);
        if (r >= 0)
                r = add_targets(pulls, prober, from, &after, DEPENDENCY_SOFT_POST);
        if (r >= 0)
                r = add_targets(pulls, prober, from, &weak, DEPENDENCY_WEAK);
        free(before.items);
        free(after.items);
        free(weak.items);
        return r;
}

static int add_module(Pulls *pulls, Prober *prober, uint32_t module) {
        const Graph *graph = &lookup_model(prober->lookup)->graph;
        int r = 0;

        if (module < lookup_tree_count(prober->lookup)) {
                for (uint32_t i = 0; r >= 0 && i < graph_n_edges(graph, module); i++)
                        r = add(pulls, module, graph_edges(graph, module)[i].provider,
                                DEPENDENCY_HARD);
        }
        return r < 0 ? r : add_soft(pulls, prober, module);
}

/* So that modules that only the configuration names have their numbers. */
static int name_modules(Prober *prober) {
        const ModprobeConfig *config = prober->config;
        int r = 0;

        for (size_t i = 0; config && r >= 0 && i < config->count; i++) {
                const ModprobeRule *rule = &config->rules[i];
                uint32_t module;

                if (rule->kind == MODPROBE_ALIAS)
                        r = prober_find_module(prober, rule->text, &module);
                else if (rule->kind == MODPROBE_INSTALL || rule->kind == MODPROBE_REMOVE)
                        r = prober_find_module(prober, rule->name, &module);
        }

        return r;
}

static int compare(const void *x, const void *y) {
        const Pull *a = x, *b = y;

        if (a->to != b->to)
                return a->to < b->to ? -1 : 1;
        return a->from < b->from ? -1 : a->from > b->from;
}

/* Several edges between two modules become one. */
static int sort(Pulls *pulls) {
        size_t n = 0;

        if (pulls->count > 0)
                qsort(pulls->items, pulls->count, sizeof(Pull), compare);
        for (size_t i = 0; i < pulls->count; i++) {
                if (n > 0 && compare(&pulls->items[n - 1], &pulls->items[i]) == 0)
                        pulls->items[n - 1].bits |= pulls->items[i].bits;
                else
                        pulls->items[n++] = pulls->items[i];
        }
        pulls->count = n;

        pulls->starts = calloc((size_t) pulls->n_modules + 1, sizeof(uint32_t));
        if (!pulls->starts)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                pulls->starts[pulls->items[i].to + 1]++;
        for (uint32_t m = 0; m < pulls->n_modules; m++)
                pulls->starts[m + 1] += pulls->starts[m];
        return 0;
}

int pulls_build(Pulls *ret_pulls, Prober *prober) {
        _cleanup_pulls_ Pulls pulls = {};
        int r;

        /* A softdep may name one more. */
        r = name_modules(prober);
        for (uint32_t m = 0; r >= 0 && m < prober->n_heads; m++)
                r = add_module(&pulls, prober, m);
        if (r < 0)
                return r;
        pulls.n_modules = (uint32_t) prober->n_heads;
        r = sort(&pulls);
        if (r < 0)
                return r;

        *ret_pulls = pulls;
        pulls = (Pulls){};
        return 0;
}

void pullers_done(Pullers *pullers) {
        free(pullers->items);
        *pullers = (Pullers){};
}

static int add_pullers(const Pulls *pulls, uint32_t module, unsigned distance, unsigned kinds,
                       uint8_t *is_found, Pullers *pullers) {
        size_t count;
        const Pull *pull = pulls_get(pulls, module, &count);

        for (; count > 0; count--, pull++) {
                if (is_found[pull->from] || (pull->bits & kinds) == 0)
                        continue;
                if (ARRAY_RESERVE(pullers->items, pullers->capacity, pullers->count + 1) < 0)
                        return -ENOMEM;
                is_found[pull->from] = true;
                pullers->items[pullers->count++] = (Puller){ .module = pull->from,
                                                             .next = module,
                                                             .bits = pull->bits & kinds,
                                                             .distance = distance };
        }

        return 0;
}

int pullers_find(const Pulls *pulls, uint32_t module, unsigned kinds, Pullers *ret_pullers) {
        _cleanup_free_ uint8_t *is_found = calloc((size_t) pulls->n_modules + 1, 1);
        _cleanup_pullers_ Pullers pullers = {};
        int r;

        if (!is_found)
                return -ENOMEM;

        is_found[module] = true;
        r = add_pullers(pulls, module, 1, kinds, is_found, &pullers);
        for (size_t i = 0; r >= 0 && i < pullers.count; i++)
                r = add_pullers(pulls, pullers.items[i].module, pullers.items[i].distance + 1,
                                kinds, is_found, &pullers);
        if (r < 0)
                return r;

        *ret_pullers = pullers;
        pullers = (Pullers){};
        return 0;
}
