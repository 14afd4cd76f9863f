/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "own-aliases.h"

#include <errno.h>

#include "lookup-parts.h"

static int copy_own(const Module *module, StringId **ret_aliases, size_t *ret_count) {
        *ret_aliases = calloc((size_t) module->n_aliases + 1, sizeof(StringId));
        if (!*ret_aliases)
                return -ENOMEM;

        for (uint32_t i = 0; i < module->n_aliases; i++)
                (*ret_aliases)[i] = module_aliases(module)[i];
        *ret_count = module->n_aliases;
        return 0;
}

int own_aliases_find(const Lookup *lookup, uint32_t module, StringId **ret_aliases,
                     size_t *ret_count) {
        const Aliases *aliases;
        const AliasIndex *index;
        size_t n = 0;
        int r;

        if (!lookup_is_builtin(lookup, module))
                return copy_own(&lookup->model->tree.modules[module], ret_aliases, ret_count);

        r = lookup_get_aliases(lookup, &aliases);
        if (r < 0)
                return r;
        index = &aliases->of_builtins;
        for (size_t i = 0; i < index->count; i++)
                n += index->patterns[i].module == module;
        *ret_aliases = calloc(n + 1, sizeof(StringId));
        if (!*ret_aliases)
                return -ENOMEM;

        *ret_count = n;
        n = 0;
        for (size_t i = 0; i < index->count; i++) {
                if (index->patterns[i].module == module)
                        (*ret_aliases)[n++] = index->patterns[i].alias;
        }
        return 0;
}
