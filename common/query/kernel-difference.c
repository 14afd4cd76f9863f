/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-difference.h"

#include <errno.h>
#include <string.h>

#include "array.h"
#include "known-symbols.h"

void kernel_changes_done(KernelChanges *changes) {
        free(changes->items);
        *changes = (KernelChanges){};
}

const char *kernel_change_code(KernelChangeKind kind) {
        static const char *const codes[] = {
                [KERNEL_CHANGE_GONE] = "gone",     [KERNEL_CHANGE_NEW] = "new",
                [KERNEL_CHANGE_MOVED] = "moved",   [KERNEL_CHANGE_BUILTIN] = "builtin",
                [KERNEL_CHANGE_MODULE] = "module", [KERNEL_CHANGE_CRC] = "crc",
        };

        return codes[kind];
}

static int add(KernelChanges *changes, KernelChange change) {
        if (ARRAY_RESERVE(changes->items, changes->capacity, changes->count + 1) < 0)
                return -ENOMEM;

        changes->items[changes->count++] = change;
        return 0;
}

/* The part of a path up to and with ".ko". */
static size_t plain_size(const char *path) {
        const char *slash = strrchr(path, '/'), *ending = strstr(slash ? slash : path, ".ko");

        return ending ? (size_t) (ending - path) + strlen(".ko") : strlen(path);
}

static bool is_same_place(const char *a, const char *b) {
        size_t size = plain_size(a);

        return size == plain_size(b) && memcmp(a, b, size) == 0;
}

/* A module of the old kernel that the new one has, too. */
static int compare_modules(const Lookup *old, uint32_t m, const Lookup *new, uint32_t n,
                           KernelChanges *changes) {
        KernelChange change = { .name = lookup_name(old, m),
                                .old = lookup_path(old, m),
                                .new = lookup_path(new, n) };

        if (lookup_is_builtin(old, m) != lookup_is_builtin(new, n))
                change.kind =
                        lookup_is_builtin(new, n) ? KERNEL_CHANGE_BUILTIN : KERNEL_CHANGE_MODULE;
        else if (!is_same_place(change.old, change.new))
                change.kind = KERNEL_CHANGE_MOVED;
        else
                return 0;
        return add(changes, change);
}

/* A name that is that of a file and builtin, too, is found once: as the file. */
static int is_hidden(const Lookup *lookup, uint32_t m) {
        uint32_t found;
        int r = lookup_find_name(lookup, lookup_name(lookup, m), &found);

        return r < 0 ? r : found != m;
}

/* What became of each of the old kernel's modules. */
static int look_for_old(const Lookup *old, const Lookup *new, uint32_t m, KernelChanges *changes) {
        uint32_t found;
        int r = is_hidden(old, m);

        if (r != 0)
                return r < 0 ? r : 0;
        r = lookup_find_name(new, lookup_name(old, m), &found);
        if (r == LOOKUP_NOT_FOUND)
                return add(changes, (KernelChange){ .kind = KERNEL_CHANGE_GONE,
                                                    .name = lookup_name(old, m),
                                                    .old = lookup_path(old, m),
                                                    .new = "" });
        return r < 0 ? r : compare_modules(old, m, new, found, changes);
}

static int look_for_new(const Lookup *old, const Lookup *new, uint32_t m, KernelChanges *changes) {
        uint32_t found;
        int r = is_hidden(new, m);

        if (r != 0)
                return r < 0 ? r : 0;
        r = lookup_find_name(old, lookup_name(new, m), &found);
        if (r == LOOKUP_NOT_FOUND)
                return add(changes, (KernelChange){ .kind = KERNEL_CHANGE_NEW,
                                                    .name = lookup_name(new, m),
                                                    .old = "",
                                                    .new = lookup_path(new, m) });
        return r;
}

int kernel_changes_of_modules(const Lookup *old, const Lookup *new, KernelChanges *changes) {
        int r = 0;

        for (uint32_t m = 0; r >= 0 && m < lookup_count(old); m++)
                r = look_for_old(old, new, m, changes);
        for (uint32_t m = 0; r >= 0 && m < lookup_count(new); m++)
                r = look_for_new(old, new, m, changes);
        return r < 0 ? r : 0;
}

static bool is_of_module(const KnownSymbols *known, KnownSymbol symbol) {
        return symbol.provider < known->model->tree.count;
}

/* What happened to a symbol. False: nothing that can be told. */
static bool has_changed(const KnownSymbols *old, KnownSymbol before, const KnownSymbols *new,
                        KnownSymbol after, KernelChangeKind *ret_kind) {
        if (before.provider == SYMBOL_NO_PROVIDER) {
                *ret_kind = KERNEL_CHANGE_NEW;
                return is_of_module(new, after);
        }
        if (after.provider == SYMBOL_NO_PROVIDER) {
                *ret_kind = KERNEL_CHANGE_GONE;
                return is_of_module(old, before);
        }

        *ret_kind = KERNEL_CHANGE_CRC;
        return before.is_crc_known && after.is_crc_known && before.crc != after.crc;
}

static int compare_symbols(const KnownSymbols *old, KnownSymbol before, const KnownSymbols *new,
                           KnownSymbol after, KernelChange change, KernelChanges *changes) {
        if (!has_changed(old, before, new, after, &change.kind))
                return 0;

        change.old = known_symbol_provider(old, before);
        change.new = known_symbol_provider(new, after);
        change.old_crc = before.crc;
        change.new_crc = after.crc;
        return add(changes, change);
}

static int compare_changes(const void *x, const void *y) {
        const KernelChange *a = x, *b = y;

        return a->kind != b->kind ? (int) a->kind - (int) b->kind : strcmp(a->name, b->name);
}

int kernel_changes_of_symbols(const Lookup *old, const Lookup *new, KernelChanges *changes) {
        _cleanup_known_symbols_ KnownSymbols before = {}, after = {};
        size_t first = changes->count;
        int r;

        r = known_symbols_init(&before, lookup_model(old));
        if (r >= 0)
                r = known_symbols_init(&after, lookup_model(new));

        for (uint32_t id = 0; r >= 0 && id < before.count; id++) {
                const char *name = tree_string(&before.model->tree, id);

                if (before.items[id].provider != SYMBOL_NO_PROVIDER)
                        r = compare_symbols(&before, before.items[id], &after,
                                            known_symbols_find(&after, name),
                                            (KernelChange){ .name = name }, changes);
        }
        for (uint32_t id = 0; r >= 0 && id < after.count; id++) {
                const char *name = tree_string(&after.model->tree, id);
                KnownSymbol found = known_symbols_find(&before, name);

                if (found.provider == SYMBOL_NO_PROVIDER && is_of_module(&after, after.items[id]))
                        r = compare_symbols(&before, found, &after, after.items[id],
                                            (KernelChange){ .name = name }, changes);
        }

        /* Ids are in the order in which strings were met, perhaps by several threads. */
        if (changes->count > first)
                qsort(changes->items + first, changes->count - first, sizeof(KernelChange),
                      compare_changes);
        return r;
}

/* By string id: is it an alias of some module? */
static bool *find_aliases(const Model *model, uint32_t *ret_n_strings) {
        uint32_t n = string_table_count(model->tree.strings);
        bool *is_alias = calloc((size_t) n + 1, sizeof(bool));

        if (!is_alias)
                return NULL;
        for (size_t m = 0; m < model->tree.count; m++) {
                for (uint32_t i = 0; i < model->tree.modules[m].n_aliases; i++)
                        is_alias[module_aliases(&model->tree.modules[m])[i]] = true;
        }
        for (size_t i = 0; i < model->builtin.n_aliases; i++)
                is_alias[model->builtin.aliases[i].alias] = true;
        *ret_n_strings = n;
        return is_alias;
}

/* An alias of one model that the other may not have. */
typedef struct AliasSearch {
        const Model *model;
        const Model *other;
        const bool *is_alias; /* by string of the other */
        uint32_t n_strings;   /* others may be interned meanwhile */
        KernelChangeKind kind;
} AliasSearch;

static int look_for(const AliasSearch *search, StringId alias, const char *module,
                    KernelChanges *changes) {
        const char *text = tree_string(&search->model->tree, alias);
        StringId id = string_table_find(search->other->tree.strings, text, strlen(text));
        bool is_new = search->kind == KERNEL_CHANGE_NEW;

        if (id < search->n_strings && search->is_alias[id])
                return 0;
        return add(changes, (KernelChange){ .kind = search->kind,
                                            .name = text,
                                            .old = is_new ? "" : module,
                                            .new = is_new ? module : "" });
}

static int look_for_all(const AliasSearch *search, KernelChanges *changes) {
        const Builtin *builtin = &search->model->builtin;
        const Tree *tree = &search->model->tree;
        int r = 0;

        for (size_t m = 0; m < tree->count; m++) {
                for (uint32_t i = 0; r >= 0 && i < tree->modules[m].n_aliases; i++)
                        r = look_for(search, module_aliases(&tree->modules[m])[i],
                                     tree_module_name(tree, m), changes);
        }
        for (size_t i = 0; r >= 0 && i < builtin->n_aliases; i++)
                r = look_for(search, builtin->aliases[i].alias,
                             tree_string(tree, builtin->aliases[i].module), changes);
        return r;
}

int kernel_changes_of_aliases(const Lookup *old, const Lookup *new, KernelChanges *changes) {
        const Model *before = lookup_model(old), *after = lookup_model(new);
        AliasSearch gone = { .model = before, .other = after, .kind = KERNEL_CHANGE_GONE };
        AliasSearch came = { .model = after, .other = before, .kind = KERNEL_CHANGE_NEW };
        _cleanup_free_ bool *are_new = find_aliases(after, &gone.n_strings);
        _cleanup_free_ bool *are_old = find_aliases(before, &came.n_strings);
        int r;

        if (!are_new || !are_old)
                return -ENOMEM;

        gone.is_alias = are_new;
        came.is_alias = are_old;
        r = look_for_all(&gone, changes);
        return r < 0 ? r : look_for_all(&came, changes);
}
