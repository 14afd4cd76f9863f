/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain.h"

#include <errno.h>

#include "dependencies.h"

void chain_done(Chain *chain) {
        for (size_t i = 0; i < chain->count; i++)
                free(chain->links[i].symbols);
        free(chain->links);
        *chain = (Chain){};
}

static int find_symbols(const Lookup *lookup, ChainLink *link) {
        const Model *model = lookup_model(lookup);
        const Module *module = &model->tree.modules[link->from];

        link->symbols = calloc((size_t) module->n_imports + 1, sizeof(StringId));
        if (!link->symbols)
                return -ENOMEM;

        for (uint32_t i = 0; i < module->n_imports; i++) {
                StringId id = symbol_table_import_id(&model->symbols, &model->tree,
                                                     module_imports(module)[i]);

                if (symbol_table_get(&model->symbols, id).provider == link->to)
                        link->symbols[link->n_symbols++] = id;
        }

        return 0;
}

/* From the puller step by step nearer to what it pulls in. */
static int follow(const Lookup *lookup, const Pullers *pullers, size_t first, Chain *chain) {
        const Puller *puller = &pullers->items[first];
        size_t i = first;
        int r = 0;

        chain->links = calloc(puller->distance, sizeof(ChainLink));
        if (!chain->links)
                return -ENOMEM;

        for (;;) {
                ChainLink *link = &chain->links[chain->count++];

                *link = (ChainLink){ .from = puller->module,
                                     .to = puller->next,
                                     .bits = puller->bits };
                if (link->bits & DEPENDENCY_HARD)
                        r = find_symbols(lookup, link);
                if (r < 0 || puller->distance == 1)
                        return r;
                while (pullers->items[i].module != puller->next)
                        i--;
                puller = &pullers->items[i];
        }
}

int chain_find(const Lookup *lookup, const Pulls *pulls, uint32_t from, uint32_t to, unsigned kinds,
               Chain *ret_chain) {
        _cleanup_pullers_ Pullers pullers = {};
        _cleanup_chain_ Chain chain = {};
        int r;

        r = pullers_find(pulls, to, kinds, &pullers);
        for (size_t i = 0; r >= 0 && i < pullers.count; i++) {
                if (pullers.items[i].module != from)
                        continue;
                r = follow(lookup, &pullers, i, &chain);
                break;
        }
        if (r < 0)
                return r;

        *ret_chain = chain;
        chain = (Chain){};
        return 0;
}
