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

static int report_shadowed(const Scan *scan, const char *loser, const char *winner,
                           const char *rule) {
        return problem_list_add(scan->problems, &(Problem){ .kind = PROBLEM_MODULE_SHADOWED,
                                                            .path = loser,
                                                            .subject = winner,
                                                            .detail = rule });
}

/* Two files of one module name: the known one stays unless the new one has a higher rank. */
static int choose(const Scan *scan, Module *known, const ModuleFile *file) {
        Tree *tree = scan->tree;
        const char *old_path = tree_string(tree, known->path),
                   *path = tree_string(tree, file->path);
        size_t name_size = string_table_size(tree->strings, known->name);
        Rank old_rank = config_rank(scan->config, old_path, name_size);
        Rank rank = config_rank(scan->config, path, name_size);
        const char *rule = "path order";

        if (file->path == known->path)
                return 0;
        if (rank.override != old_rank.override)
                rule = "override";
        else if (rank.search != old_rank.search)
                rule = "search";

        if (rank_compare(rank, old_rank) <= 0)
                return report_shadowed(scan, path, old_path, rule);

        known->path = file->path;
        known->is_external = file->is_external;
        return report_shadowed(scan, old_path, path, rule);
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
