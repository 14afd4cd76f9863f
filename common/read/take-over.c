/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "take-over.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "fd.h"
#include "id-map.h"
#include "parallel.h"

#define NO_MODULE UINT32_MAX

typedef struct TakeOver {
        Tree *tree;
        const Tree *known;
        int dir_fd;
        uint32_t *module_of; /* by the id of a path in `known` */
        uint32_t n_module_of;
        const Module **found; /* for each module of the tree, or NULL */
        bool looks_at_all;
        const KnownLooks *looks; /* what of that is done already; NULL: nothing */
        IdMap changed;           /* paths, if not */
        StringId *map; /* from ids of `known`, filled as they are met; NULL: the same ids */
} TakeOver;

static void take_over_done(TakeOver *take_over) {
        closep(&take_over->dir_fd);
        free(take_over->module_of);
        free(take_over->map);
        free(take_over->found);
        id_map_done(&take_over->changed);
}

static int prepare(TakeOver *take_over) {
        const Tree *known = take_over->known;
        size_t n_strings = string_table_count(known->strings);

        take_over->dir_fd = open(take_over->tree->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (take_over->dir_fd < 0)
                return -errno;

        take_over->found = calloc(take_over->tree->count + 1, sizeof(Module *));
        take_over->module_of = reallocarray(NULL, n_strings + 1, sizeof(uint32_t));
        if (!take_over->found || !take_over->module_of)
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

/* The earlier record of a module whose file may be the same; NULL: there is none. */
static const Module *find_known(const TakeOver *take_over, size_t index, bool *ret_must_look) {
        const Tree *known = take_over->known;
        const char *path = tree_module_path(take_over->tree, index);
        const Module *module;
        StringId id = take_over->tree->modules[index].path;

        if (take_over->map)
                id = string_table_find(known->strings, path, strlen(path));
        if (id >= take_over->n_module_of || take_over->module_of[id] == NO_MODULE)
                return NULL;

        module = &known->modules[take_over->module_of[id]];
        *ret_must_look =
                take_over->looks_at_all || id_map_find(&take_over->changed, id) != ID_MAP_NONE;
        if (take_over->looks && known_looks_is_same(take_over->looks, take_over->module_of[id]))
                *ret_must_look = false;
        return module->is_read && !module->is_racy && !may_be_readable_now(module->error) ? module
                                                                                          : NULL;
}

/* One task of many: looks at the files of so many modules, which is all that costs. */
#define LOOKS_IN_A_TASK 256

static void look(size_t number, unsigned worker, void *userdata) {
        TakeOver *take_over = userdata;
        size_t end = (number + 1) * LOOKS_IN_A_TASK;

        (void) worker;
        for (size_t i = number * LOOKS_IN_A_TASK; i < end && i < take_over->tree->count; i++) {
                bool must_look = false;
                struct stat st;
                StatKey key;

                take_over->found[i] = find_known(take_over, i, &must_look);
                if (!take_over->found[i] || !must_look)
                        continue;
                if (fstatat(take_over->dir_fd, tree_module_path(take_over->tree, i), &st, 0) < 0) {
                        take_over->found[i] = NULL;
                        continue;
                }
                key = stat_key_of(&st);
                if (!stat_key_is_equal(&key, &take_over->found[i]->key))
                        take_over->found[i] = NULL;
        }
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

static int note_changed(TakeOver *take_over, char *const *changed) {
        const StringTable *strings = take_over->tree->strings;
        uint32_t place;
        int r = 0;

        for (; *changed && r >= 0; changed++) {
                StringId id = string_table_find(strings, *changed, strlen(*changed));

                if (id != STRING_NONE)
                        r = id_map_put(&take_over->changed, id, &place);
        }

        return r;
}

int tree_take_over(Tree *tree, const Tree *known, char *const *changed, const KnownLooks *looks,
                   unsigned n_workers) {
        _cleanup_(take_over_done) TakeOver take_over = {
                .tree = tree, .known = known, .dir_fd = -1, .looks_at_all = !changed, .looks = looks
        };
        int r;

        r = prepare(&take_over);
        if (r >= 0 && changed)
                r = note_changed(&take_over, changed);
        if (r < 0)
                return r;

        parallel_run(changed ? 1 : n_workers, tree->count / LOOKS_IN_A_TASK + 1, look, &take_over);
        for (size_t i = 0; i < tree->count; i++) {
                const Module *found = take_over.found[i];

                if (!found)
                        continue;
                module_share_record(&tree->modules[i], found);
                r = take_over.map ? translate(&take_over, &tree->modules[i]) : 0;
                if (r < 0)
                        return r;
        }

        return 0;
}
