/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-search.h"

#include "parallel.h"

void search_done(Search *search) {
        config_done(&search->config);
        module_files_done(&search->files);
        tree_done(&search->own);
        known_looks_done(&search->looks);
}

/* Walks over the directories, and adds where else a change matters. */
static int walk(Search *search, const Tree *tree) {
        const RefreshOptions *options = search->options;
        PlaceList *places = options->places;
        int r = 0;

        for (size_t i = 0; r >= 0 && places && options->config_paths[i]; i++)
                r = place_list_add_path(places, PLACE_CONFIG, options->config_paths[i]);
        if (r >= 0)
                r = module_files_walk(&search->files, tree, &search->config, places,
                                      search->problems);
        if (r >= 0 && places)
                place_list_sort(places);
        return r;
}

/* 1; 0 if only a walk can tell; or a negative errno. */
static int update(Search *search) {
        const RefreshOptions *options = search->options;
        const Tree *tree = &search->model->tree;

        if (!options->changed || !search->known || search->known->strings != tree->strings)
                return 0;

        return module_files_update(&search->files, tree, &search->config, options->known_files,
                                   options->changed);
}

void search_find_files(Search *search, const Tree *tree) {
        const RefreshOptions *options = search->options;

        search->failed_step = REFRESH_STEP_CONFIG;
        search->r = config_read(&search->config, options->config_paths, options->version,
                                search->problems);
        if (search->r < 0)
                return;

        search->failed_step = REFRESH_STEP_SCAN;
        search->r = update(search);
        search->is_walked = search->r == 0;
        if (search->r == 0)
                search->r = walk(search, tree);
}

/* The second thread looks at the files that are known while it would have nothing else to do. */
static void look_ahead(Search *search) {
        if (search->known && !search->options->changed)
                known_looks_go_on(&search->looks, search->known, &search->is_first_done);
}

static void search_side_by_side(size_t number, unsigned worker, void *userdata) {
        Search *search = userdata;

        (void) worker;
        if (number == 0) {
                search_find_files(search, &search->own);
                atomic_store(&search->is_first_done, true);
        } else {
                search->known = search->options->find_known(search->options->known_userdata);
                look_ahead(search);
        }
}

static void use_strings(const Search *search) {
        Tree *tree = &search->model->tree;

        if (search->options->strings)
                tree_set_strings(tree, search->options->strings);
        else if (search->known)
                tree_set_strings(tree, search->known->strings);
}

/* What names files, and symbols that were met before, has its strings in the model's table. */
static bool can_be_side_by_side(const RefreshOptions *options) {
        return options->find_known && options->n_workers > 1 && !options->files &&
               !options->symvers && !options->system_map;
}

int search_files(Search *search) {
        const RefreshOptions *options = search->options;
        int r;

        search->known = options->known;
        search->is_walked = true;
        if (can_be_side_by_side(options)) {
                r = tree_init(&search->own, search->model->tree.directory);
                if (r < 0)
                        return r;
                parallel_run(2, 2, search_side_by_side, search);
        } else if (options->find_known)
                search->known = options->find_known(options->known_userdata);

        use_strings(search);
        return 0;
}

static void task_side_by_side(size_t number, unsigned worker, void *userdata) {
        Search *search = userdata;

        (void) worker;
        if (number == 0) {
                search->task_result = search->task(search);
                atomic_store(&search->is_first_done, true);
        } else
                look_ahead(search);
}

int search_look_ahead_during(Search *search, int (*task)(Search *search)) {
        if (!search->own.directory)
                return task(search);

        search->task = task;
        search->is_first_done = false;
        parallel_run(2, 2, task_side_by_side, search);
        return search->task_result;
}

int refresh_find_places(const RefreshOptions *options) {
        _cleanup_problem_list_ ProblemList problems = { .least = PROBLEM_ERROR };
        _cleanup_(search_done) Search search = { .options = options, .problems = &problems };
        int r;

        r = tree_init(&search.own, options->directory);
        if (r < 0)
                return r;
        r = config_read(&search.config, options->config_paths, options->version, &problems);
        return r < 0 ? r : walk(&search, &search.own);
}
