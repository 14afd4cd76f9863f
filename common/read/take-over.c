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
        uint32_t *module_of; /* by the id of a path in `known` */
        uint32_t n_module_of;
        StringId *map; /* from ids of `known`, filled as they are met; NULL: the same ids */
} TakeOver;

static void take_over_done(TakeOver *take_over) {
        closep(&take_over->dir_fd);
        free(take_over->module_of);
        free(take_over->map);
}

static int prepare(TakeOver *take_over) {
        const Tree *known = take_over->known;
        size_t n_strings = string_table_count(known->strings);

        take_over->dir_fd = open(take_over->tree->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (take_over->dir_fd < 0)
                return -errno;

        take_over->module_of = reallocarray(NULL, n_strings + 1, sizeof(uint32_t));
        if (!take_over->module_of)
                return -ENOMEM;
        memset(take_over->module_of, 0xff, n_strings * sizeof(uint32_t));
        take_over->n_module_of = (uint32_t) n_strings;
        for (size_t i = 0; i < known->count; i++)
                take_over->module_of[known->modules[i].path] = (uint32_t) i;

        if (known->strings != take_over->tree->strings) {
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

/* An error that is not about the bytes may be gone though the file is the same. */
static bool may_be_readable_now(int error) {
        return error != 0 && error != EINVAL && error != ENOEXEC && error != EFBIG;
}

/* The earlier record of a module whose file is the same; NULL if it has to be read. */
static const Module *find_known(const TakeOver *take_over, size_t index) {
        const Tree *known = take_over->known;
        const char *path = tree_module_path(take_over->tree, index);
        const Module *module;
        struct stat st;
        StatKey key;
        StringId id = take_over->tree->modules[index].path;

        if (take_over->map)
                id = string_table_find(known->strings, path, strlen(path));
        if (id >= take_over->n_module_of || take_over->module_of[id] == NO_MODULE)
                return NULL;

        module = &known->modules[take_over->module_of[id]];
        if (!module->is_read || module->is_racy || may_be_readable_now(module->error) ||
            fstatat(take_over->dir_fd, path, &st, 0) < 0)
                return NULL;

        key = stat_key_of(&st);
        return stat_key_is_equal(&key, &module->key) ? module : NULL;
}

/* The table is another one, and what other trees hold must not change. */
static int translate(TakeOver *take_over, Module *module) {
        int r;

        r = module_each_string(module, map_string, take_over);
        if (r >= 0)
                r = module_own_lists(module);
        if (r >= 0)
                module_translate(module, take_over->map);
        return r;
}

int tree_take_over(Tree *tree, const Tree *known) {
        _cleanup_(take_over_done)
                TakeOver take_over = { .tree = tree, .known = known, .dir_fd = -1 };
        int r;

        r = prepare(&take_over);
        if (r < 0)
                return r;

        for (size_t i = 0; i < tree->count; i++) {
                const Module *found = find_known(&take_over, i);

                if (!found)
                        continue;
                module_share_record(&tree->modules[i], found);
                r = take_over.map ? translate(&take_over, &tree->modules[i]) : 0;
                if (r < 0)
                        return r;
        }

        return 0;
}
