/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan.h"

#include <errno.h>
#include <string.h>

#include "id-map.h"
#include "rank.h"

typedef struct Scan {
        Tree *tree;
        const Config *config;
        ProblemList *problems;
        IdMap modules; /* by the id of their names */
} Scan;

static void scan_done(Scan *scan) {
        id_map_done(&scan->modules);
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
static int choose(const Scan *scan, Module *known, const ModuleFile *file) {
        const Tree *tree = scan->tree;
        size_t name_size = string_table_size(tree->strings, known->name);
        Candidate old = { .path = tree_string(tree, known->path) };
        Candidate new = { .path = tree_string(tree, file->path) };

        if (file->path == known->path)
                return 0;

        old.rank = config_rank(scan->config, old.path, name_size);
        new.rank = config_rank(scan->config, new.path, name_size);
        if (rank_compare(new.rank, old.rank) <= 0)
                return report_shadowed(scan, new, old);

        known->path = file->path;
        known->is_external = file->is_external;
        return report_shadowed(scan, old, new);
}

int scan_choose(Tree *tree, const ModuleFiles *files, const Config *config, ProblemList *problems) {
        _cleanup_(scan_done) Scan scan = { .tree = tree, .config = config, .problems = problems };

        for (size_t i = 0; i < files->count; i++) {
                const ModuleFile *file = &files->items[i];
                uint32_t module;
                int r;

                r = id_map_put(&scan.modules, file->name, &module);
                if (r < 0)
                        return r;
                if (module < tree->count)
                        r = choose(&scan, &tree->modules[module], file);
                else
                        r = tree_add(tree, file->name, file->path, file->is_external);
                if (r < 0)
                        return r;
        }

        return 0;
}

int scan_tree(Tree *tree, const Config *config, PlaceList *places, ProblemList *problems) {
        _cleanup_module_files_ ModuleFiles files = {};
        int r;

        r = module_files_walk(&files, tree, config, places, problems);
        return r < 0 ? r : scan_choose(tree, &files, config, problems);
}

int scan_add_file(Tree *tree, const char *path, size_t *ret_index) {
        _cleanup_buffer_ Buffer name = {};
        const char *below = module_file_below(tree, path);
        StringId name_id, path_id;
        int r;

        r = module_file_intern_name(tree, path, &name, &name_id);
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
