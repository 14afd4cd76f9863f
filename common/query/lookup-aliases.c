/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lookup-aliases.h"

#include <errno.h>
#include <string.h>

#include "lookup-parts.h"

static void aliases_done(Aliases *aliases) {
        alias_index_done(&aliases->of_tree);
        alias_index_done(&aliases->of_builtins);
}

int lookup_aliases_init(LookupAliases *aliases) {
        return mutex_init(&aliases->mutex);
}

void lookup_aliases_done(LookupAliases *aliases) {
        aliases_done(&aliases->all);
        aliases_done(&aliases->of_softdeps);
        mutex_done(&aliases->mutex);
}

/*
 * Where each module's aliases begin in the order of all of them. The caller frees it; NULL: there
 * is no memory.
 */
static uint32_t *count_aliases(const Tree *tree) {
        uint32_t *starts = calloc(tree->count + 1, sizeof(uint32_t));

        for (size_t m = 0; starts && m < tree->count; m++)
                starts[m + 1] = starts[m] + tree->modules[m].n_aliases;
        return starts;
}

static bool has_same_lists(const Module *a, const Module *b) {
        return a->lists == b->lists && a->lists_offset == b->lists_offset;
}

/* The module of a name. Nearly always it is the one behind the last that was looked for. */
static uint32_t find_now(const Lookup *lookup, StringId name, uint32_t likely) {
        const Tree *tree = &lookup->model->tree;
        uint32_t now;

        if (likely < tree->count && tree->modules[likely].name == name)
                return likely;
        return name_slots_find(&lookup->names, name, 0, &now) == 0 ? now : ALIAS_NO_HEIR;
}

/*
 * What is in `old_index`, over the model before, of modules that have been taken over from there.
 * Marks them in is_inherited.
 */
static int inherit(AliasIndex *index, const Lookup *lookup, const Lookup *before,
                   const AliasIndex *old_index, const uint32_t *starts, bool *is_inherited) {
        const Tree *tree = &lookup->model->tree, *old = &before->model->tree;
        _cleanup_free_ AliasHeir *heirs = calloc(old->count + 1, sizeof(AliasHeir));
        _cleanup_free_ uint32_t *old_starts = count_aliases(old);
        uint32_t now = ALIAS_NO_HEIR;

        if (!heirs || !old_starts)
                return -ENOMEM;

        for (uint32_t m = 0; m < old->count; m++) {
                now = find_now(lookup, old->modules[m].name, now + 1);
                heirs[m].module = ALIAS_NO_HEIR;
                if (now >= tree->count || !has_same_lists(&old->modules[m], &tree->modules[now]))
                        continue;
                heirs[m] = (AliasHeir){ .module = now, .shift = starts[now] - old_starts[m] };
                is_inherited[now] = true;
        }

        return alias_index_inherit(index, old_index, heirs);
}

/* `names` may be NULL: then all are wanted. */
static int build_of_tree(AliasIndex *index, const Lookup *lookup, const Lookup *before,
                         const SoftNames *names) {
        const LookupAliases *old = before ? &before->aliases : NULL;
        const Tree *tree = &lookup->model->tree;
        _cleanup_free_ bool *is_inherited = calloc(tree->count + 1, sizeof(bool));
        _cleanup_free_ uint32_t *starts = count_aliases(tree);
        _cleanup_buffer_ Buffer scratch = {};
        int r = 0;

        if (!is_inherited || !starts)
                return -ENOMEM;

        index->tree = tree;
        if (before)
                r = inherit(index, lookup, before,
                            names ? &old->of_softdeps.of_tree : &old->all.of_tree, starts,
                            is_inherited);
        for (uint32_t m = 0; m < tree->count; m++) {
                const Module *module = &tree->modules[m];

                for (uint32_t i = 0; i < module->n_aliases && !is_inherited[m] && r >= 0; i++) {
                        StringId alias = module_aliases(module)[i];

                        if (!names || soft_names_may_match(names, tree_string(tree, alias)))
                                r = alias_index_add(index, alias, m, starts[m] + i, &scratch);
                }
        }

        return r < 0 ? r : alias_index_finish(index);
}

static int build_of_builtins(AliasIndex *index, const Lookup *lookup, const SoftNames *names) {
        const Builtin *builtin = &lookup->model->builtin;
        const Tree *tree = &lookup->model->tree;
        _cleanup_buffer_ Buffer scratch = {};
        int r = 0;

        index->tree = tree;
        for (size_t i = 0; i < builtin->n_aliases && r >= 0; i++) {
                StringId alias = builtin->aliases[i].alias;
                uint32_t module;

                if (names && !soft_names_may_match(names, tree_string(tree, alias)))
                        continue;
                r = lookup_find_owner(lookup, builtin->aliases[i].module, &scratch, &module);
                if (r >= 0)
                        r = alias_index_add(index, alias, module, (uint32_t) i, &scratch);
        }

        return r < 0 ? r : alias_index_finish(index);
}

static int build(Aliases *aliases, const Lookup *lookup, const Lookup *before,
                 const SoftNames *names) {
        int r;

        r = build_of_tree(&aliases->of_tree, lookup, before, names);
        if (r >= 0)
                r = build_of_builtins(&aliases->of_builtins, lookup, names);
        if (r < 0)
                aliases_done(aliases);
        return r;
}

static bool has_all(const Lookup *lookup) {
        LookupAliases *aliases = (LookupAliases *) &lookup->aliases;
        bool is_built;

        mutex_lock(&aliases->mutex);
        is_built = aliases->is_built;
        mutex_unlock(&aliases->mutex);
        return is_built;
}

int lookup_aliases_build(Lookup *lookup, const Lookup *before) {
        LookupAliases *aliases = &lookup->aliases;
        bool has_same_names;
        int r;

        if (before && before->model->tree.strings != lookup->model->tree.strings)
                before = NULL;
        r = soft_names_gather(&aliases->names, lookup);
        if (r < 0)
                return r;
        has_same_names = before && memcmp(&aliases->names, &before->aliases.names,
                                          sizeof(aliases->names)) == 0;
        r = build(&aliases->of_softdeps, lookup, has_same_names ? before : NULL, &aliases->names);
        if (r < 0 || !before || !has_all(before))
                return r;

        r = build(&aliases->all, lookup, before, NULL);
        aliases->is_built = r >= 0;
        return r;
}

int lookup_get_aliases(const Lookup *lookup, const Aliases **ret_aliases) {
        /* A lookup that says "const" may be asked by many at once, and this is what they share. */
        LookupAliases *aliases = (LookupAliases *) &lookup->aliases;
        int r = 0;

        mutex_lock(&aliases->mutex);
        if (!aliases->is_built) {
                r = build(&aliases->all, lookup, NULL, NULL);
                aliases->is_built = r >= 0;
        }
        mutex_unlock(&aliases->mutex);

        *ret_aliases = &aliases->all;
        return r;
}
