/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "take-over.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "fd.h"

#define NO_MODULE UINT32_MAX

typedef struct TakeOver {
        Tree *tree;
        const Tree *known;
        int dir_fd;
        uint32_t *module_of;  /* by the id of a path in `known` */
        const Module **found; /* for each module of the tree, or NULL */
        StringId *map;        /* from ids of `known`, filled as they are met; NULL: the same ids */
} TakeOver;

static void take_over_done(TakeOver *take_over) {
        closep(&take_over->dir_fd);
        free(take_over->module_of);
        free(take_over->found);
        free(take_over->map);
}

static int prepare(TakeOver *take_over, bool same_ids) {
        const Tree *known = take_over->known;
        size_t n_strings = string_table_count(known->strings);

        take_over->dir_fd = open(take_over->tree->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (take_over->dir_fd < 0)
                return -errno;

        take_over->module_of = reallocarray(NULL, n_strings + 1, sizeof(uint32_t));
        if (!take_over->module_of)
                return -ENOMEM;
        memset(take_over->module_of, 0xff, n_strings * sizeof(uint32_t));
        for (size_t i = 0; i < known->count; i++)
                take_over->module_of[known->modules[i].path] = (uint32_t) i;

        if (!same_ids) {
                take_over->map = reallocarray(NULL, n_strings + 1, sizeof(StringId));
                if (!take_over->map)
                        return -ENOMEM;
                memset(take_over->map, 0xff, n_strings * sizeof(StringId));
        }

        return 0;
}

static int map_string(StringId id, void *userdata) {
        TakeOver *take_over = userdata;
        const StringTable *strings = take_over->known->strings;

        if (take_over->map[id] != STRING_NONE)
                return 0;
        return string_table_intern(take_over->tree->strings, string_table_get(strings, id),
                                   string_table_size(strings, id), &take_over->map[id]);
}

/* The earlier record of a module whose file is the same; NULL if it has to be read. */
static const Module *find_known(const TakeOver *take_over, size_t index) {
        const Tree *known = take_over->known;
        const char *path = tree_module_path(take_over->tree, index);
        const Module *module;
        struct stat st;
        StatKey key;
        StringId id;

        id = string_table_find(known->strings, path, strlen(path));
        if (id == STRING_NONE || take_over->module_of[id] == NO_MODULE)
                return NULL;

        module = &known->modules[take_over->module_of[id]];
        if (!module->is_read || module->is_racy || fstatat(take_over->dir_fd, path, &st, 0) < 0)
                return NULL;

        key = stat_key_of(&st);
        return stat_key_is_equal(&key, &module->key) ? module : NULL;
}

/* All lists in one block: thousands of small ones would cost more than all the rest. */
static int find_all(TakeOver *take_over) {
        Tree *tree = take_over->tree;
        size_t size = 0;

        take_over->found = calloc(tree->count + 1, sizeof(Module *));
        if (!take_over->found)
                return -ENOMEM;

        for (size_t i = 0; i < tree->count; i++) {
                take_over->found[i] = find_known(take_over, i);
                if (take_over->found[i])
                        size += module_lists_size(take_over->found[i]);
        }

        tree->known_lists = malloc(size + 1);
        return tree->known_lists ? 0 : -ENOMEM;
}

int tree_take_over(Tree *tree, const Tree *known, bool same_ids) {
        _cleanup_(take_over_done)
                TakeOver take_over = { .tree = tree, .known = known, .dir_fd = -1 };
        char *lists;
        int r;

        r = prepare(&take_over, same_ids);
        if (r >= 0)
                r = find_all(&take_over);
        if (r < 0)
                return r;

        lists = tree->known_lists;
        for (size_t i = 0; i < tree->count; i++) {
                const Module *found = take_over.found[i];

                if (!found)
                        continue;
                r = take_over.map ? module_each_string(found, map_string, &take_over) : 0;
                if (r < 0)
                        return r;
                module_copy_record(&tree->modules[i], found, lists);
                lists += module_lists_size(found);
                if (take_over.map)
                        module_translate(&tree->modules[i], take_over.map);
        }

        return 0;
}
