/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stale-outputs.h"

#include <string.h>

#include "checksum.h"

#define OF_EDGES (OUTPUT_BIT(OUTPUT_DEP) | OUTPUT_BIT(OUTPUT_DEP_BIN))
#define OF_EXPORTS (OUTPUT_BIT(OUTPUT_SYMBOLS) | OUTPUT_BIT(OUTPUT_SYMBOLS_BIN) | OF_EDGES)
#define OF_ALIASES                                                                                 \
        (OUTPUT_BIT(OUTPUT_ALIAS) | OUTPUT_BIT(OUTPUT_ALIAS_BIN) | OUTPUT_BIT(OUTPUT_DEVNAME))

uint64_t stale_outputs_source(const Model *model, IndexLayout layout) {
        const uint64_t sources[] = { model->builtin.source, layout,
                                     (unsigned char) model->symbols.prefix };

        return model->builtin.source == 0 ? 0 : checksum(sources, sizeof(sources));
}

/* No output holds a CRC. */
static bool has_same_exports(const Module *a, const Module *b) {
        const Export *x = module_exports(a), *y = module_exports(b);

        if (a->n_exports != b->n_exports)
                return false;
        for (uint32_t i = 0; i < a->n_exports; i++) {
                if (x[i].name != y[i].name)
                        return false;
        }

        return true;
}

static bool has_same_imports(const Module *a, const Module *b) {
        const Import *x = module_imports(a), *y = module_imports(b);

        if (a->n_imports != b->n_imports)
                return false;
        for (uint32_t i = 0; i < a->n_imports; i++) {
                if (x[i].name != y[i].name || x[i].is_weak != y[i].is_weak ||
                    x[i].is_dotted != y[i].is_dotted)
                        return false;
        }

        return true;
}

static bool are_same_ids(const StringId *a, uint32_t n_a, const StringId *b, uint32_t n_b) {
        return n_a == n_b && (n_a == 0 || memcmp(a, b, n_a * sizeof(StringId)) == 0);
}

/* What is taken over from an earlier tree has the very lists of that, cut in the same places. */
static bool shares_lists(const Module *a, const Module *b) {
        return a->lists == b->lists && a->lists_offset == b->lists_offset &&
               a->n_exports == b->n_exports && a->n_imports == b->n_imports &&
               a->n_aliases == b->n_aliases && a->n_softdeps == b->n_softdeps &&
               a->n_weakdeps == b->n_weakdeps;
}

static unsigned stale_outputs_of_module(const Module *a, const Module *b) {
        unsigned stale = 0;

        if (shares_lists(a, b))
                return 0;

        if (!has_same_exports(a, b))
                stale |= OF_EXPORTS;
        if (!has_same_imports(a, b))
                stale |= OF_EDGES;
        if (!are_same_ids(module_aliases(a), a->n_aliases, module_aliases(b), b->n_aliases))
                stale |= OF_ALIASES;
        if (!are_same_ids(module_softdeps(a), a->n_softdeps, module_softdeps(b), b->n_softdeps))
                stale |= OUTPUT_BIT(OUTPUT_SOFTDEP);
        if (!are_same_ids(module_weakdeps(a), a->n_weakdeps, module_weakdeps(b), b->n_weakdeps))
                stale |= OUTPUT_BIT(OUTPUT_WEAKDEP);
        return stale;
}

unsigned stale_outputs_of_trees(const Tree *old, const Tree *now) {
        unsigned stale = 0;

        if (old->strings != now->strings || old->count != now->count)
                return OUTPUT_ALL;

        for (size_t i = 0; i < now->count; i++) {
                const Module *a = &old->modules[i], *b = &now->modules[i];

                if (a->path != b->path || a->name != b->name || a->is_external != b->is_external)
                        return OUTPUT_ALL;
                stale |= stale_outputs_of_module(a, b);
        }

        return stale;
}
