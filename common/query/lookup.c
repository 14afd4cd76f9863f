/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lookup.h"

#include <errno.h>

#include "analysis.h"
#include "array.h"
#include "lookup-parts.h"
#include "module-name.h"
#include "resolve.h"

static int build_dependents(Lookup *lookup) {
        const Graph *graph = &lookup->model->graph;
        IdLists *lists = &lookup->dependents;
        int r;

        r = id_lists_init(lists, graph->n_modules);
        if (r < 0)
                return r;
        for (uint32_t i = 0; i < graph->starts[graph->n_modules]; i++)
                id_lists_count(lists, graph->edges[i].provider);
        r = id_lists_allocate(lists);
        if (r < 0)
                return r;

        for (uint32_t m = 0; m < graph->n_modules; m++) {
                for (uint32_t i = graph->starts[m]; i < graph->starts[m + 1]; i++)
                        id_lists_put(lists, graph->edges[i].provider, m);
        }

        return 0;
}

/* What threads that ask share. */
static int init_shared(Lookup *lookup) {
        int r;

        r = imported_crcs_init(&lookup->imported);
        if (r < 0)
                return r;
        r = lookup_aliases_init(&lookup->aliases);
        if (r < 0)
                imported_crcs_done(&lookup->imported);
        return r;
}

int lookup_new(Lookup **ret_lookup, const Model *model, const Lookup *before) {
        _cleanup_(lookup_freep) Lookup *lookup = NULL;
        int r;

        lookup = calloc(1, sizeof(*lookup));
        if (!lookup)
                return -ENOMEM;
        lookup->model = model;
        r = init_shared(lookup);
        if (r < 0) {
                free(TAKE_PTR(lookup));
                return r;
        }
        lookup->n_tree = (uint32_t) model->tree.count;
        lookup->is_kernel_known = analysis_knows_kernel(model);

        r = lookup_build_names(lookup);
        if (r < 0)
                return r;
        r = build_dependents(lookup);
        if (r < 0)
                return r;
        r = lookup_aliases_build(lookup, before);
        if (r < 0)
                return r;
        r = soft_edges_build(&lookup->soft_edges, lookup);
        if (r < 0)
                return r;

        *ret_lookup = TAKE_PTR(lookup);
        return 0;
}

Lookup *lookup_free(Lookup *lookup) {
        if (!lookup)
                return NULL;

        free(lookup->builtins);
        free(lookup->names.items);
        free(lookup->paths.items);
        lookup_aliases_done(&lookup->aliases);
        id_lists_done(&lookup->dependents);
        imported_crcs_done(&lookup->imported);
        soft_edges_done(&lookup->soft_edges);
        free(lookup);
        return NULL;
}

const Model *lookup_model(const Lookup *lookup) {
        return lookup->model;
}

uint32_t lookup_count(const Lookup *lookup) {
        return lookup->n_tree + lookup->n_builtins;
}

uint32_t lookup_tree_count(const Lookup *lookup) {
        return lookup->n_tree;
}

bool lookup_is_builtin(const Lookup *lookup, uint32_t module) {
        return module >= lookup->n_tree;
}

const char *lookup_name(const Lookup *lookup, uint32_t module) {
        const Tree *tree = &lookup->model->tree;

        return lookup_is_builtin(lookup, module)
                       ? tree_string(tree, lookup->builtins[module - lookup->n_tree])
                       : tree_module_name(tree, module);
}

const char *lookup_path(const Lookup *lookup, uint32_t module) {
        return lookup_is_builtin(lookup, module) ? ""
                                                 : tree_module_path(&lookup->model->tree, module);
}

/* The part of an absolute path below the kernel directory, which /usr may or may not stand before.
 */
static const char *path_below(const char *directory, const char *path) {
        const char *usr = "/usr/";
        size_t size;

        if (strncmp(directory, usr, strlen(usr)) == 0 && strncmp(path, usr, strlen(usr)) != 0)
                directory += strlen(usr) - 1;
        else if (strncmp(path, usr, strlen(usr)) == 0 && strncmp(directory, usr, strlen(usr)) != 0)
                path += strlen(usr) - 1;

        size = strlen(directory);
        if (strncmp(path, directory, size) != 0 || path[size] != '/')
                return NULL;
        return path + size + strspn(path + size, "/");
}

static int find_path(const Lookup *lookup, const char *path, uint32_t *ret_module) {
        StringId id = string_table_find(lookup->model->tree.strings, path, strlen(path));

        return name_slots_find(&lookup->paths, id, 0, ret_module);
}

int lookup_find_path(const Lookup *lookup, const char *path, uint32_t *ret_module) {
        const char *below = NULL;

        if (path[0] == '/')
                below = path_below(lookup->model->tree.directory, path);
        if (below && find_path(lookup, below, ret_module) == 0)
                return 0;

        return find_path(lookup, path, ret_module);
}

/* Is this the last component of the path, or would it be without the ending of a compression? */
static bool is_file_of(const char *file, const char *path) {
        const char *slash = strrchr(path, '/');
        const char *name = slash ? slash + 1 : path;
        size_t size = strlen(file);

        return strncmp(file, name, size) == 0 &&
               (name[size] == '\0' ||
                (name[size] == '.' && size >= 3 && strcmp(file + size - 3, ".ko") == 0));
}

static int find_file(const Lookup *lookup, const char *file, uint32_t *ret_module) {
        _cleanup_buffer_ Buffer name = {};
        uint32_t module;
        int r;

        r = module_name_from_path(file, strlen(file), &name);
        buffer_append_byte(&name, '\0');
        if (buffer_error(&name) < 0)
                return -ENOMEM;
        if (r < 0)
                return LOOKUP_NOT_FOUND;

        r = lookup_find_name(lookup, name.data, &module);
        if (r != 0)
                return r;
        if (!is_file_of(file, lookup_path(lookup, module)))
                return LOOKUP_NOT_FOUND;

        *ret_module = module;
        return 0;
}

int lookup_find(const Lookup *lookup, const char *text, uint32_t *ret_module) {
        _cleanup_resolutions_ Resolutions found = {};
        int r;

        r = lookup_find_name(lookup, text, ret_module);
        if (r <= 0)
                return r;
        if (lookup_find_path(lookup, text, ret_module) == 0)
                return 0;
        r = find_file(lookup, text, ret_module);
        if (r <= 0)
                return r;

        r = resolve_alias(lookup, text, RESOLVE_MODPROBE, &found);
        if (r == -EINVAL || (r == 0 && found.count == 0))
                return LOOKUP_NOT_FOUND;
        if (r < 0)
                return r;

        *ret_module = found.items[0].module;
        return 0;
}

void found_modules_done(FoundModules *found) {
        free(found->items);
        *found = (FoundModules){};
}

int found_modules_add(FoundModules *found, const Lookup *lookup, uint32_t module, uint32_t bits) {
        if (ARRAY_RESERVE(found->items, found->capacity, found->count + 1) < 0)
                return -ENOMEM;

        found->items[found->count++] = (FoundModule){ .module = module,
                                                      .bits = bits,
                                                      .name = lookup_name(lookup, module),
                                                      .path = lookup_path(lookup, module) };
        return 0;
}
