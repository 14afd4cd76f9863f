/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan.h"

#include <errno.h>
#include <string.h>

#include "array.h"
#include "dir-walk.h"
#include "module-name.h"
#include "rank.h"

#define NO_MODULE UINT32_MAX

typedef struct Scan {
        Tree *tree;
        const Config *config;
        PlaceList *places;
        ProblemList *problems;
        bool is_external; /* the directory that is being walked */
        Buffer name;
        uint32_t *module_of; /* by the id of a module name; NO_MODULE for other strings */
        size_t n_module_of;
        size_t capacity;
} Scan;

static void scan_done(Scan *scan) {
        buffer_done(&scan->name);
        free(scan->module_of);
}

bool scan_is_module_file(const char *name) {
        static const char *const endings[] = { ".ko", ".ko.gz", ".ko.xz", ".ko.zst" };
        size_t size = strlen(name);

        for (size_t i = 0; i < ELEMENTSOF(endings); i++) {
                size_t ending_size = strlen(endings[i]);

                if (size > ending_size &&
                    memcmp(name + size - ending_size, endings[i], ending_size) == 0)
                        return true;
        }

        return false;
}

static int intern_module_name(Tree *tree, const char *path, Buffer *name, StringId *ret_id) {
        int r;

        buffer_clear(name);
        r = module_name_from_path(path, strlen(path), name);
        if (r < 0)
                return r;

        return string_table_intern(tree->strings, name->data ? name->data : "", name->size, ret_id);
}

/* A file and how it ranks. */
typedef struct Candidate {
        const char *path;
        Rank rank;
} Candidate;

static int report_shadowed(const Scan *scan, Candidate loser, Candidate winner) {
        _cleanup_buffer_ Buffer rule = {};

        rank_append_rule(scan->config, winner.rank, loser.rank, &rule);
        buffer_append_byte(&rule, '\0');
        if (buffer_error(&rule) < 0)
                return -ENOMEM;
        return problem_list_add(scan->problems, &(Problem){ .kind = PROBLEM_MODULE_SHADOWED,
                                                            .path = loser.path,
                                                            .subject = winner.path,
                                                            .detail = rule.data });
}

/* Two files of one module name: the known one stays unless the new one has a higher rank. */
static int choose(Scan *scan, Module *known, StringId path_id, bool is_external) {
        const Tree *tree = scan->tree;
        size_t name_size = string_table_size(tree->strings, known->name);
        Candidate old = { .path = tree_string(tree, known->path) };
        Candidate new = { .path = tree_string(tree, path_id) };

        if (path_id == known->path)
                return 0;

        old.rank = config_rank(scan->config, old.path, name_size);
        new.rank = config_rank(scan->config, new.path, name_size);
        if (rank_compare(new.rank, old.rank) <= 0)
                return report_shadowed(scan, new, old);

        known->path = path_id;
        known->is_external = is_external;
        return report_shadowed(scan, old, new);
}

static int remember(Scan *scan, StringId name, uint32_t module) {
        if (ARRAY_RESERVE(scan->module_of, scan->capacity, (size_t) name + 1) < 0)
                return -ENOMEM;

        while (scan->n_module_of <= name)
                scan->module_of[scan->n_module_of++] = NO_MODULE;
        scan->module_of[name] = module;
        return 0;
}

/* Where the path below the tree's directory begins; NULL if it is not below it. */
static const char *relative_path(const Tree *tree, const char *path) {
        size_t size = strlen(tree->directory);

        return strncmp(path, tree->directory, size) == 0 && path[size] == '/' ? path + size + 1
                                                                              : NULL;
}

static int on_file(const char *path, size_t relative, int dir_fd, const char *name,
                   void *userdata) {
        Scan *scan = userdata;
        Tree *tree = scan->tree;
        /* An external directory may lie inside of the tree. */
        const char *below = scan->is_external ? relative_path(tree, path) : path + relative;
        const char *printed = below ? below : path;
        StringId name_id, path_id;
        int r;

        (void) dir_fd;
        if (!scan_is_module_file(name))
                return 0;

        r = intern_module_name(tree, name, &scan->name, &name_id);
        if (r < 0)
                return r;
        r = string_table_intern(tree->strings, printed, strlen(printed), &path_id);
        if (r < 0)
                return r;

        if (name_id < scan->n_module_of && scan->module_of[name_id] != NO_MODULE)
                return choose(scan, &tree->modules[scan->module_of[name_id]], path_id, !below);

        r = remember(scan, name_id, (uint32_t) tree->count);
        if (r < 0)
                return r;
        return tree_add(tree, name_id, path_id, !below);
}

static int on_directory(const char *path, int fd, void *userdata) {
        const Scan *scan = userdata;

        return scan->places ? place_list_add_directory(scan->places, PLACE_MODULES, path, fd) : 0;
}

static int on_link(const char *path, void *userdata) {
        const Scan *scan = userdata;

        return scan->places ? place_list_add_way(scan->places, path) : 0;
}

static bool is_excluded(const char *name, const void *userdata) {
        return config_excludes(userdata, name);
}

static int walk_directory(Scan *scan, const char *directory) {
        return dir_walk(&(DirWalk){ .root = directory,
                                    .is_excluded = is_excluded,
                                    .excluded_userdata = scan->config,
                                    .on_file = on_file,
                                    .on_directory = on_directory,
                                    .on_link = on_link,
                                    .userdata = scan,
                                    .problems = scan->problems });
}

int scan_tree(Tree *tree, const Config *config, PlaceList *places, ProblemList *problems) {
        _cleanup_(scan_done) Scan scan = {
                .tree = tree, .config = config, .places = places, .problems = problems
        };
        int r;

        r = walk_directory(&scan, tree->directory);
        if (r < 0)
                return r;

        /* kmod walks them from the last to the first, which decides between files of equal rank. */
        scan.is_external = true;
        for (size_t i = config->n_externals; i > 0; i--) {
                r = places ? place_list_add_way(places, config->externals[i - 1]) : 0;
                if (r >= 0)
                        r = walk_directory(&scan, config->externals[i - 1]);
                if (dir_walk_is_fatal(r))
                        return r;
        }

        return 0;
}

int scan_add_file(Tree *tree, const char *path, size_t *ret_index) {
        _cleanup_buffer_ Buffer name = {};
        const char *below = relative_path(tree, path);
        StringId name_id, path_id;
        int r;

        r = intern_module_name(tree, path, &name, &name_id);
        if (r < 0)
                return r;

        for (size_t i = 0; i < tree->count; i++) {
                if (tree->modules[i].name == name_id) {
                        *ret_index = i;
                        return -EEXIST;
                }
        }

        if (below)
                path = below;
        r = string_table_intern(tree->strings, path, strlen(path), &path_id);
        if (r < 0)
                return r;

        *ret_index = tree->count;
        return tree_add(tree, name_id, path_id, !below);
}
