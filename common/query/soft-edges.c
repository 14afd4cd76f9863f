/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "soft-edges.h"

#include <errno.h>

#include "array.h"
#include "dependencies.h"
#include "resolve.h"
#include "softdep.h"

void soft_edges_done(SoftEdges *edges) {
        free(edges->starts);
        free(edges->edges);
        id_lists_done(&edges->dependents);
        *edges = (SoftEdges){};
}

static uint8_t kind_of(SoftdepPart part) {
        if (part == SOFTDEP_WEAK)
                return DEPENDENCY_WEAK;
        return part == SOFTDEP_PRE ? DEPENDENCY_SOFT_PRE : DEPENDENCY_SOFT_POST;
}

/* The module that is being gathered, and its last edge. */
typedef struct Gathering {
        SoftEdges *edges;
        const Lookup *lookup;
        size_t count;
} Gathering;

static int add_name(Gathering *gathering, const Softdep *softdep, bool is_followed) {
        _cleanup_free_ char *name = strndup(softdep->name, softdep->name_size);
        _cleanup_resolutions_ Resolutions found = {};
        SoftEdges *edges = gathering->edges;
        int r;

        if (!name)
                return -ENOMEM;

        r = resolve_softdep(gathering->lookup, name, &found);
        if (r == -EINVAL)
                return 0;
        if (r < 0 ||
            ARRAY_RESERVE(edges->edges, edges->capacity, gathering->count + found.count) < 0)
                return -ENOMEM;

        for (size_t i = 0; i < found.count; i++)
                edges->edges[gathering->count++] = (SoftEdge){ .module = found.items[i].module,
                                                               .kind = kind_of(softdep->part),
                                                               .is_followed = is_followed };
        return 0;
}

static int add_text(Gathering *gathering, Softdep softdep, bool is_followed) {
        int r;

        while (softdep_next(&softdep)) {
                r = add_name(gathering, &softdep, is_followed);
                if (r < 0)
                        return r;
        }

        return 0;
}

static int add_module(Gathering *gathering, const Tree *tree, const Module *module) {
        bool is_first = true;
        int r;

        for (uint32_t i = 0; i < module->n_softdeps; i++) {
                const char *text = tree_string(tree, module_softdeps(module)[i]);

                /* That is no line of modules.softdep that modprobe understands. */
                if (text[0] == '\0')
                        continue;
                r = add_text(gathering, softdep_of(text), is_first);
                if (r < 0)
                        return r;
                is_first = false;
        }

        for (uint32_t i = 0; i < module->n_weakdeps; i++) {
                r = add_text(gathering, weakdep_of(tree_string(tree, module_weakdeps(module)[i])),
                             false);
                if (r < 0)
                        return r;
        }

        return 0;
}

static int build_dependents(SoftEdges *edges, const Lookup *lookup, uint32_t n_tree) {
        IdLists *lists = &edges->dependents;
        int r;

        r = id_lists_init(lists, lookup_count(lookup));
        if (r < 0)
                return r;
        for (uint32_t i = 0; i < edges->starts[n_tree]; i++)
                id_lists_count(lists, edges->edges[i].module);
        r = id_lists_allocate(lists);
        if (r < 0)
                return r;

        for (uint32_t m = 0; m < n_tree; m++) {
                for (uint32_t i = edges->starts[m]; i < edges->starts[m + 1]; i++)
                        id_lists_put(lists, edges->edges[i].module, m);
        }

        return 0;
}

int soft_edges_build(SoftEdges *edges, const Lookup *lookup) {
        Gathering gathering = { .edges = edges, .lookup = lookup };
        const Tree *tree = &lookup_model(lookup)->tree;
        int r;

        edges->starts = calloc(tree->count + 1, sizeof(uint32_t));
        if (!edges->starts)
                return -ENOMEM;

        for (uint32_t m = 0; m < tree->count; m++) {
                r = add_module(&gathering, tree, &tree->modules[m]);
                if (r < 0)
                        return r;
                edges->starts[m + 1] = (uint32_t) gathering.count;
        }

        return build_dependents(edges, lookup, (uint32_t) tree->count);
}

const SoftEdge *soft_edges_get(const SoftEdges *edges, uint32_t module, size_t *ret_count) {
        *ret_count = edges->starts[module + 1] - edges->starts[module];
        return edges->edges ? edges->edges + edges->starts[module] : NULL; /* NULL has no offsets */
}
