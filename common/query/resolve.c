/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "resolve.h"

#include <errno.h>

#include "array.h"
#include "lookup-parts.h"
#include "module-name.h"

void resolutions_done(Resolutions *resolutions) {
        free(resolutions->items);
        *resolutions = (Resolutions){};
}

static int add(Resolutions *resolutions, const Lookup *lookup, uint32_t module,
               const char *pattern) {
        if (ARRAY_RESERVE(resolutions->items, resolutions->capacity, resolutions->count + 1) < 0)
                return -ENOMEM;

        resolutions->items[resolutions->count++] =
                (Resolution){ .module = module,
                              .name = lookup_name(lookup, module),
                              .path = lookup_path(lookup, module),
                              .pattern = pattern };
        return 0;
}

/* Patterns come by module and, within one, in its file's order: builtin modules nearly so. */
static bool has_module(const Resolutions *resolutions, size_t start, uint32_t module) {
        for (size_t i = resolutions->count; i > start; i--) {
                if (resolutions->items[i - 1].module == module)
                        return true;
        }

        return false;
}

static int add_matching(Resolutions *resolutions, const Lookup *lookup, const AliasIndex *index,
                        const Buffer *normal) {
        _cleanup_(alias_hits_done) AliasHits hits = {};
        size_t start = resolutions->count;
        int r;

        r = alias_index_match(index, normal->data, normal->size - 1, &hits);
        if (r < 0)
                return r;

        for (size_t i = 0; i < hits.count; i++) {
                const AliasPattern *pattern = hits.items[i];

                if (has_module(resolutions, start, pattern->module))
                        continue;
                r = add(resolutions, lookup, pattern->module,
                        tree_string(index->tree, pattern->alias));
                if (r < 0)
                        return r;
        }

        return 0;
}

/* A module of the tree by its name, or the provider of "symbol:NAME". */
static bool find_exactly(const Lookup *lookup, const Buffer *normal, uint32_t *ret_module) {
        static const char symbol[] = "symbol:";
        const StringTable *strings = lookup->model->tree.strings;
        const char *text = normal->data;
        size_t size = normal->size - 1, skip = strlen(symbol);

        if (strncmp(text, symbol, skip) == 0) {
                StringId id = string_table_find(strings, text + skip, size - skip);

                *ret_module = symbol_table_get(&lookup->model->symbols, id).provider;
                return *ret_module < lookup->n_tree;
        }

        return !memchr(text, ':', size) &&
               name_slots_find(&lookup->names, string_table_find(strings, text, size), 0,
                               ret_module) == 0 &&
               !lookup_is_builtin(lookup, *ret_module);
}

static int add_builtin(Resolutions *resolutions, const Lookup *lookup, const AliasIndex *index,
                       const char *alias, const Buffer *normal) {
        StringId id =
                string_table_find(lookup->model->tree.strings, normal->data, normal->size - 1);
        uint32_t module;

        if (name_slots_find(&lookup->names, id, lookup->n_tree, &module) == 0)
                return add(resolutions, lookup, module, alias);

        return add_matching(resolutions, lookup, index, normal);
}

/* `aliases` may be NULL: then all are needed if it is no name. */
static int resolve(const Lookup *lookup, const Aliases *aliases, const char *alias,
                   ResolveMode mode, Resolutions *ret_resolutions) {
        _cleanup_resolutions_ Resolutions found = {};
        _cleanup_buffer_ Buffer normal = {};
        uint32_t module;
        int r;

        r = alias_normalize(alias, strlen(alias), &normal);
        if (r < 0)
                return r;
        buffer_append_byte(&normal, '\0');
        if (buffer_error(&normal) < 0)
                return -ENOMEM;

        if (find_exactly(lookup, &normal, &module)) {
                r = add(&found, lookup, module, alias);
        } else {
                r = aliases ? 0 : lookup_get_aliases(lookup, &aliases);
                if (r >= 0)
                        r = add_matching(&found, lookup, &aliases->of_tree, &normal);
                if (r >= 0 && (mode == RESOLVE_ALL || found.count == 0))
                        r = add_builtin(&found, lookup, &aliases->of_builtins, alias, &normal);
        }
        if (r < 0)
                return r;

        *ret_resolutions = found;
        found = (Resolutions){};
        return 0;
}

int resolve_alias(const Lookup *lookup, const char *alias, ResolveMode mode,
                  Resolutions *ret_resolutions) {
        return resolve(lookup, NULL, alias, mode, ret_resolutions);
}

int resolve_softdep(const Lookup *lookup, const char *name, Resolutions *ret_resolutions) {
        return resolve(lookup, &lookup->aliases.of_softdeps, name, RESOLVE_MODPROBE,
                       ret_resolutions);
}
