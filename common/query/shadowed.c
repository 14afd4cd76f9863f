/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shadowed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "module-name.h"

void shadowed_list_done(ShadowedList *list) {
        free(list->items);
        *list = (ShadowedList){};
}

static int compare_paths(const void *x, const void *y) {
        return strcmp(((const Shadowed *) x)->path, ((const Shadowed *) y)->path);
}

/* An override beats every search rule, and either beats the order of paths. */
static int strength(const char *rule) {
        return strncmp(rule, "override", strlen("override")) == 0 ? 2
               : strncmp(rule, "search", strlen("search")) == 0   ? 1
                                                                  : 0;
}

/* A loser lost once only, so the way from winner to winner ends. */
static void follow(const ShadowedList *list, Shadowed *shadowed) {
        const Shadowed *next;

        while ((next = bsearch(&(Shadowed){ .path = shadowed->winner }, list->items, list->count,
                               sizeof(Shadowed), compare_paths))) {
                shadowed->winner = next->winner;
                if (strength(next->rule) >= strength(shadowed->rule))
                        shadowed->rule = next->rule;
        }
}

/* The name is a string of the tree also when no module of it is left there. */
static int find_name(const Lookup *lookup, const char *path, Buffer *scratch,
                     const char **ret_name) {
        const StringTable *strings = lookup_model(lookup)->tree.strings;
        StringId id;
        int r;

        buffer_clear(scratch);
        r = module_name_from_path(path, strlen(path), scratch);
        if (r == -ENOMEM)
                return r;

        id = string_table_find(strings, scratch->data ? scratch->data : "", scratch->size);
        *ret_name = id == STRING_NONE ? "" : string_table_get(strings, id);
        return 0;
}

static void remove_repetitions(ShadowedList *list) {
        size_t n_left = 0;

        for (size_t i = 0; i < list->count; i++) {
                if (n_left == 0 || compare_paths(&list->items[n_left - 1], &list->items[i]) != 0)
                        list->items[n_left++] = list->items[i];
        }
        list->count = n_left;
}

int shadowed_find(const Lookup *lookup, const ProblemList *problems, ShadowedList *ret_list) {
        _cleanup_shadowed_list_ ShadowedList list = {};
        _cleanup_buffer_ Buffer scratch = {};
        int r;

        list.items = calloc(problems->count + 1, sizeof(Shadowed));
        if (!list.items)
                return -ENOMEM;

        for (size_t i = 0; i < problems->count; i++) {
                const Problem *problem = &problems->items[i];

                if (problem->kind == PROBLEM_MODULE_SHADOWED)
                        list.items[list.count++] = (Shadowed){ .path = problem->path,
                                                               .winner = problem->subject,
                                                               .rule = problem->detail };
        }
        qsort(list.items, list.count, sizeof(Shadowed), compare_paths);
        remove_repetitions(&list);

        for (size_t i = 0; i < list.count; i++) {
                follow(&list, &list.items[i]);
                r = find_name(lookup, list.items[i].path, &scratch, &list.items[i].name);
                if (r < 0)
                        return r;
        }

        *ret_list = list;
        list = (ShadowedList){};
        return 0;
}
