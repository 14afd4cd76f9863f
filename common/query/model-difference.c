/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model-difference.h"

#include <errno.h>

#include "lookup-parts.h"

typedef struct Comparison {
        const Tree *old;
        const Tree *new;
        /* The new table's id of each string of the old one, STRING_NONE: none. NULL: the same. */
        StringId *map;
} Comparison;

static void comparison_done(Comparison *comparison) {
        free(comparison->map);
}

static int comparison_init(Comparison *comparison, const Tree *old, const Tree *new) {
        uint32_t n = string_table_count(old->strings);

        *comparison = (Comparison){ .old = old, .new = new };
        if (old->strings == new->strings)
                return 0;

        comparison->map = calloc((size_t) n + 1, sizeof(StringId));
        if (!comparison->map)
                return -ENOMEM;

        for (uint32_t id = 0; id < n; id++)
                comparison->map[id] = string_table_find(new->strings, tree_string(old, id),
                                                        string_table_size(old->strings, id));
        return 0;
}

static bool is_same_string(const Comparison *comparison, StringId old, StringId new) {
        if (old == STRING_NONE || new == STRING_NONE || !comparison->map)
                return old == new;
        return comparison->map[old] == new;
}

static bool are_same_strings(const Comparison *comparison, const StringId *old, const StringId *new,
                             uint32_t count) {
        for (uint32_t i = 0; i < count; i++) {
                if (!is_same_string(comparison, old[i], new[i]))
                        return false;
        }

        return true;
}

static bool are_same_exports(const Comparison *comparison, const Module *old, const Module *new) {
        for (uint32_t i = 0; i < new->n_exports; i++) {
                Export a = module_exports(old)[i], b = module_exports(new)[i];

                if (!is_same_string(comparison, a.name, b.name) || a.crc != b.crc ||
                    a.is_crc_wide != b.is_crc_wide)
                        return false;
        }

        return true;
}

static bool are_same_imports(const Comparison *comparison, const Module *old, const Module *new) {
        for (uint32_t i = 0; i < new->n_imports; i++) {
                Import a = module_imports(old)[i], b = module_imports(new)[i];

                if (!is_same_string(comparison, a.name, b.name) || a.crc != b.crc ||
                    a.is_weak != b.is_weak || a.is_dotted != b.is_dotted ||
                    a.has_crc != b.has_crc || a.is_crc_wide != b.is_crc_wide)
                        return false;
        }

        return true;
}

/*
 * Of the same time and size, as far as that is known. What else is in a key changes when the same
 * package is installed again.
 */
static bool is_same_file(const Module *old, const Module *new) {
        if (old->key.inode == 0 || new->key.inode == 0)
                return true;

        return old->key.size == new->key.size && old->key.mtime_ns == new->key.mtime_ns;
}

static bool are_same_lists(const Comparison *comparison, const Module *old, const Module *new) {
        /* Taken over. */
        if (!comparison->map && old->lists == new->lists && old->lists_offset == new->lists_offset)
                return true;

        return are_same_exports(comparison, old, new) && are_same_imports(comparison, old, new) &&
               are_same_strings(comparison, module_aliases(old), module_aliases(new),
                                new->n_aliases) &&
               are_same_strings(comparison, module_softdeps(old), module_softdeps(new),
                                new->n_softdeps) &&
               are_same_strings(comparison, module_weakdeps(old), module_weakdeps(new),
                                new->n_weakdeps);
}

static bool is_same(const Comparison *comparison, const Module *old, const Module *new) {
        return is_same_file(old, new) && is_same_string(comparison, old->path, new->path) &&
               is_same_string(comparison, old->vermagic, new->vermagic) &&
               old->error == new->error && old->machine.machine == new->machine.machine &&
               old->machine.class == new->machine.class &&
               old->machine.byte_order == new->machine.byte_order &&
               old->n_exports == new->n_exports && old->n_imports == new->n_imports &&
               old->n_aliases == new->n_aliases && old->n_softdeps == new->n_softdeps &&
               old->n_weakdeps == new->n_weakdeps &&are_same_lists(comparison, old, new);
}

void difference_done(Difference *difference) {
        free(difference->added);
        free(difference->changed);
        free(difference->removed);
        *difference = (Difference){};
}

static int difference_init(Difference *difference) {
        difference->added = calloc(DIFFERENCE_MAX, sizeof(char *));
        difference->changed = calloc(DIFFERENCE_MAX, sizeof(char *));
        difference->removed = calloc(DIFFERENCE_MAX, sizeof(char *));
        return difference->added && difference->changed && difference->removed ? 0 : -ENOMEM;
}

static void add(Difference *difference, const char **names, size_t *count, const char *name) {
        if (difference->n_added + difference->n_changed + difference->n_removed == DIFFERENCE_MAX)
                difference->is_truncated = true;
        else
                names[(*count)++] = name;
}

/* The module of the other tree that has a name of one's own tree, or NULL. */
static const Module *find_counterpart(const Lookup *other, const Tree *own, StringId id) {
        const Tree *tree = &other->model->tree;
        uint32_t module;

        if (tree->strings != own->strings)
                id = string_table_find(tree->strings, tree_string(own, id),
                                       string_table_size(own->strings, id));

        if (name_slots_find(&other->names, id, 0, &module) != 0 || lookup_is_builtin(other, module))
                return NULL;
        return &tree->modules[module];
}

int difference_find(const Lookup *old, const Lookup *new, Difference *ret_difference) {
        const Tree *old_tree = &old->model->tree, *new_tree = &new->model->tree;
        _cleanup_difference_ Difference difference = {};
        _cleanup_(comparison_done) Comparison comparison;
        int r;

        r = comparison_init(&comparison, old_tree, new_tree);
        if (r < 0)
                return r;
        r = difference_init(&difference);
        if (r < 0)
                return r;

        for (size_t m = 0; m < new_tree->count; m++) {
                const char *name = tree_module_name(new_tree, m);
                const Module *before = find_counterpart(old, new_tree, new_tree->modules[m].name);

                if (!before)
                        add(&difference, difference.added, &difference.n_added, name);
                else if (!is_same(&comparison, before, &new_tree->modules[m]))
                        add(&difference, difference.changed, &difference.n_changed, name);
        }
        for (size_t m = 0; m < old_tree->count; m++) {
                const char *name = tree_module_name(old_tree, m);

                if (!find_counterpart(new, old_tree, old_tree->modules[m].name))
                        add(&difference, difference.removed, &difference.n_removed, name);
        }

        *ret_difference = difference;
        difference = (Difference){};
        return 0;
}
