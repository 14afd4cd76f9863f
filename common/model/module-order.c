/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-order.h"

#include <errno.h>
#include <string.h>

#include "hash-order.h"
#include "lines.h"

#define ORDER_PIECE_MAX 4095

#define UNLISTED UINT32_MAX

/* Puts the modules into the order of `indexes`, all of which are different. */
static int permute(Tree *tree, const uint32_t *indexes) {
        _cleanup_free_ Module *modules = reallocarray(NULL, tree->count + 1, sizeof(Module));

        if (!modules)
                return -ENOMEM;

        for (size_t i = 0; i < tree->count; i++)
                modules[i] = tree->modules[indexes[i]];
        if (tree->count > 0)
                memcpy(tree->modules, modules, tree->count * sizeof(Module));
        return 0;
}

int module_order_by_hash(Tree *tree) {
        _cleanup_free_ HashItem *items = reallocarray(NULL, tree->count + 1, sizeof(HashItem));
        _cleanup_free_ uint32_t *indexes = reallocarray(NULL, tree->count + 1, sizeof(uint32_t));
        int r;

        if (!items || !indexes)
                return -ENOMEM;

        for (size_t i = 0; i < tree->count; i++)
                items[i] = (HashItem){ .name = tree_module_name(tree, i),
                                       .size = (uint32_t) string_table_size(tree->strings,
                                                                            tree->modules[i].name),
                                       .item = (uint32_t) i };

        r = hash_order_sort(items, tree->count, HASH_BUCKETS_MODULES);
        if (r < 0)
                return r;

        for (size_t i = 0; i < tree->count; i++)
                indexes[i] = items[i].item;
        return permute(tree, indexes);
}

/*
 * A module is listed by the name that its file had before it was compressed, which kmod takes to be
 * the directory and as many bytes of the file's name as the module name has, and three more.
 */
static size_t listed_size(const Tree *tree, const Module *module) {
        const char *path = tree_string(tree, module->path), *slash = strrchr(path, '/');
        size_t directory_size = slash ? (size_t) (slash - path) + 1 : 0;
        size_t size = directory_size + string_table_size(tree->strings, module->name) + 3;
        size_t path_size = strlen(path);

        return size < path_size ? size : path_size;
}

/* modules[id of a listed name] is the module's index. */
static int index_listed_names(const Tree *tree, StringTable *names, uint32_t *modules) {
        for (size_t i = 0; i < tree->count; i++) {
                const Module *module = &tree->modules[i];
                StringId id;
                int r;

                if (module->is_external)
                        continue;

                r = string_table_intern(names, tree_string(tree, module->path),
                                        listed_size(tree, module), &id);
                if (r < 0)
                        return r;
                modules[id] = (uint32_t) i;
        }

        return 0;
}

/* Fills lines[module index] with the line number. 0, -ENOMEM, or -EBADMSG for a void file. */
static int read_lines(const Tree *tree, Lines pieces, ModuleOrderRepeat repeat, uint32_t *lines,
                      uint32_t *ret_corrupt) {
        _cleanup_(string_table_unrefp) StringTable *names = NULL;
        _cleanup_free_ uint32_t *modules = NULL;
        Line line;
        int r;

        modules = reallocarray(NULL, tree->count + 1, sizeof(uint32_t));
        if (!modules)
                return -ENOMEM;
        r = string_table_new(&names);
        if (r < 0)
                return r;
        r = index_listed_names(tree, names, modules);
        if (r < 0)
                return r;

        while (lines_next(&pieces, &line)) {
                StringId id;

                if (line.size == 0)
                        continue;
                if (!line.has_newline) {
                        *ret_corrupt = pieces.number;
                        return -EBADMSG;
                }

                id = string_table_find(names, line.text, line.size - 1);
                if (id != STRING_NONE &&
                    (repeat == MODULE_ORDER_LAST || lines[modules[id]] == UNLISTED))
                        lines[modules[id]] = pieces.number;
        }

        return 0;
}

typedef struct Listed {
        uint32_t line;
        uint32_t index;
} Listed;

static int compare_listed(const void *a, const void *b) {
        const Listed *x = a, *y = b;

        return (x->line > y->line) - (x->line < y->line);
}

static int permute_by_lines(Tree *tree, const uint32_t *lines) {
        _cleanup_free_ uint32_t *indexes = reallocarray(NULL, tree->count + 1, sizeof(uint32_t));
        _cleanup_free_ Listed *listed = reallocarray(NULL, tree->count + 1, sizeof(Listed));
        size_t n_listed = 0, n = 0;

        if (!indexes || !listed)
                return -ENOMEM;

        for (size_t i = 0; i < tree->count; i++) {
                if (lines[i] != UNLISTED)
                        listed[n_listed++] = (Listed){ .line = lines[i], .index = (uint32_t) i };
        }
        qsort(listed, n_listed, sizeof(Listed), compare_listed);

        for (size_t i = 0; i < n_listed; i++)
                indexes[n++] = listed[i].index;
        for (size_t i = 0; i < tree->count; i++) {
                if (lines[i] == UNLISTED)
                        indexes[n++] = (uint32_t) i;
        }

        return permute(tree, indexes);
}

int module_order_apply(Tree *tree, const char *bytes, size_t size, ModuleOrderRepeat repeat,
                       ProblemList *problems) {
        _cleanup_free_ uint32_t *lines = reallocarray(NULL, tree->count + 1, sizeof(uint32_t));
        _cleanup_buffer_ Buffer path = {};
        uint32_t corrupt = 0;
        int r;

        if (!lines)
                return -ENOMEM;
        memset(lines, 0xff, tree->count * sizeof(uint32_t));

        r = read_lines(tree, lines_of(bytes, size, ORDER_PIECE_MAX), repeat, lines, &corrupt);
        if (r == -EBADMSG) {
                buffer_append_string(&path, tree->directory);
                buffer_append(&path, "/modules.order", sizeof("/modules.order"));
                if (buffer_error(&path) < 0)
                        return -ENOMEM;
                return problem_list_add(problems, &(Problem){ .kind = PROBLEM_ORDER_CORRUPT,
                                                              .path = path.data,
                                                              .line = corrupt });
        }
        if (r < 0)
                return r;

        return permute_by_lines(tree, lines);
}
