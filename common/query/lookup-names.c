/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "lookup-parts.h"
#include "module-name.h"

static int compare_slots(const void *x, const void *y) {
        const NameSlot *a = x, *b = y;

        if (a->string != b->string)
                return a->string < b->string ? -1 : 1;
        return a->module < b->module ? -1 : a->module > b->module;
}

int name_slots_find(const NameSlots *slots, StringId string, uint32_t least, uint32_t *ret_module) {
        const NameSlot wanted = { .string = string, .module = least };
        size_t low = 0, high = slots->count;

        if (string == STRING_NONE)
                return LOOKUP_NOT_FOUND;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (compare_slots(&slots->items[middle], &wanted) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }

        if (low == slots->count || slots->items[low].string != string)
                return LOOKUP_NOT_FOUND;
        *ret_module = slots->items[low].module;
        return 0;
}

static void sort_slots(NameSlots *slots) {
        if (slots->count > 0)
                qsort(slots->items, slots->count, sizeof(NameSlot), compare_slots);
}

/*
 * The name of a module that owns an alias of modules.builtin.modinfo, as modules.builtin has it:
 * there the name is written as in the kernel's sources. 0 or -ENOMEM.
 */
static int find_owner_name(const Tree *tree, StringId raw, Buffer *name, StringId *ret_name) {
        const char *text = tree_string(tree, raw);

        buffer_clear(name);
        if (module_name_from_path(text, strlen(text), name) == -ENAMETOOLONG)
                buffer_append_string(name, text);
        if (buffer_error(name) < 0)
                return -ENOMEM;

        *ret_name = string_table_find(tree->strings, name->data, name->size);
        if (*ret_name == STRING_NONE)
                *ret_name = raw;
        return 0;
}

/* The names of modules.builtin and of modules.builtin.modinfo, in this order, repeated or not. */
static int list_builtins(const Model *model, StringId *names, size_t *ret_count) {
        const Builtin *builtin = &model->builtin;
        _cleanup_buffer_ Buffer name = {};
        int r;

        for (size_t i = 0; i < builtin->n_names; i++)
                names[i] = builtin->names[i];

        for (size_t i = 0; i < builtin->n_aliases; i++) {
                r = find_owner_name(&model->tree, builtin->aliases[i].module, &name,
                                    &names[builtin->n_names + i]);
                if (r < 0)
                        return r;
        }

        *ret_count = builtin->n_names + builtin->n_aliases;
        return 0;
}

/* Keeps the first of each name, by a set over all strings. */
static int build_builtins(Lookup *lookup) {
        const Builtin *builtin = &lookup->model->builtin;
        _cleanup_free_ uint8_t *is_known = NULL;
        size_t count;
        int r;

        lookup->builtins = calloc(builtin->n_names + builtin->n_aliases + 1, sizeof(StringId));
        if (!lookup->builtins)
                return -ENOMEM;
        r = list_builtins(lookup->model, lookup->builtins, &count);
        if (r < 0)
                return r;

        /* Only now: a name of modinfo may be one that another kernel has just brought in. */
        is_known = calloc((size_t) lookup_n_strings(lookup) + 1, 1);
        if (!is_known)
                return -ENOMEM;

        for (size_t i = 0; i < count; i++) {
                StringId name = lookup->builtins[i];

                if (is_known[name])
                        continue;
                is_known[name] = 1;
                lookup->builtins[lookup->n_builtins++] = name;
        }

        return 0;
}

int lookup_build_names(Lookup *lookup) {
        const Tree *tree = &lookup->model->tree;
        NameSlots *names = &lookup->names, *paths = &lookup->paths;
        int r;

        r = build_builtins(lookup);
        if (r < 0)
                return r;

        names->items = calloc((size_t) lookup_count(lookup) + 1, sizeof(NameSlot));
        paths->items = calloc(tree->count + 1, sizeof(NameSlot));
        if (!names->items || !paths->items)
                return -ENOMEM;

        for (uint32_t m = 0; m < tree->count; m++) {
                names->items[names->count++] = (NameSlot){ tree->modules[m].name, m };
                paths->items[paths->count++] = (NameSlot){ tree->modules[m].path, m };
        }
        for (uint32_t i = 0; i < lookup->n_builtins; i++)
                names->items[names->count++] =
                        (NameSlot){ lookup->builtins[i], lookup->n_tree + i };

        sort_slots(names);
        sort_slots(paths);
        return 0;
}

int lookup_find_owner(const Lookup *lookup, StringId raw, Buffer *scratch, uint32_t *ret_module) {
        StringId name;
        int r;

        r = find_owner_name(&lookup->model->tree, raw, scratch, &name);
        if (r < 0)
                return r;

        return name_slots_find(&lookup->names, name, lookup->n_tree, ret_module);
}

int lookup_find_name(const Lookup *lookup, const char *name, uint32_t *ret_module) {
        _cleanup_free_ char *normal = strdup(name);

        if (!normal)
                return -ENOMEM;
        for (char *next = normal; *next != '\0'; next++)
                *next = *next == '-' ? '_' : *next;

        return name_slots_find(
                &lookup->names,
                string_table_find(lookup->model->tree.strings, normal, strlen(normal)), 0,
                ret_module);
}
