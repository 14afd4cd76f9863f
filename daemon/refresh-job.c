/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "refresh-job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis.h"
#include "changed-files.h"
#include "cycles.h"
#include "fd.h"
#include "hidden.h"
#include "module-cache.h"
#include "outage.h"
#include "parallel.h"
#include "softdep.h"
#include "stale-outputs.h"

static int leave_out_cycles(Model *model, ProblemList *problems) {
        _cleanup_(cycles_done) Cycles cycles = {};
        int r;

        r = cycles_find(&cycles, &model->graph);
        if (r >= 0)
                r = cycles_report(&cycles, &model->tree, problems);
        if (r >= 0)
                r = model_leave_out_cycles(model, problems);
        return r;
}

static int finish_model(const RefreshJob *job, Snapshot *snapshot, bool has_cycle) {
        Model *model = &snapshot->model;
        int r;

        /* Before members of cycles are left out: what they export is no missing dependency. */
        r = analysis_report_all(model, &(AnalysisOptions){ .version = job->version },
                                &snapshot->problems);
        if (r >= 0 && has_cycle)
                r = leave_out_cycles(model, &snapshot->problems);
        if (r >= 0)
                r = lookup_new(&snapshot->lookup, model, job->known ? job->known->lookup : NULL);
        if (r >= 0)
                r = softdep_report_unknown(snapshot->lookup, &snapshot->problems);
        return r;
}

/* A directory without them and without modules loses its index, so it must be known for sure. */
static int has_kernel_files(const char *directory) {
        static const char *const names[] = { "modules.order", "modules.builtin",
                                             "modules.builtin.modinfo" };
        _cleanup_close_ int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

        if (fd < 0)
                return -errno;

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                if (faccessat(fd, names[i], F_OK, 0) == 0)
                        return true;
                if (is_outage(-errno))
                        return -errno;
        }

        return false;
}

static uint32_t count_read(const Tree *tree) {
        uint32_t n = 0;

        for (size_t i = 0; i < tree->count; i++)
                n += tree->modules[i].is_read && !tree->modules[i].is_known;
        return n;
}

static void look_for_saved(RefreshJob *job) {
        SavedModules *saved = &job->saved;

        if (saved->is_looked_for)
                return;

        saved->is_looked_for = true;
        if (module_cache_open(&saved->cache, job->root ? job->root : "", job->version))
                saved->fault = module_cache_load(&saved->cache, job->directory, job->strings);
}

/* At the first refresh all that is known is in the cache. */
static const Tree *find_known(RefreshJob *job) {
        if (job->reparse)
                return NULL;
        if (job->known)
                return &job->known->model.tree;

        look_for_saved(job);
        return module_cache_known(&job->saved.cache);
}

/* Nothing shrinks because it may not be looked at: that is a failure, and the old index stays. */
static int check_hidden(RefreshJob *job, const Snapshot *snapshot, const Tree *known) {
        size_t size = strlen(job->directory);
        const Problem *problem = NULL;
        const char *path;
        int r = hidden_find(snapshot, job->known, known, &problem);

        if (r <= 0)
                return r;

        path = problem->kind == PROBLEM_INPUT_MISSING ? problem->subject : problem->path;
        if (strncmp(path, job->directory, size) == 0 && path[size] == '/')
                path += size + 1;
        job->failure.subject = strdup(path);
        return -problem->error;
}

/* Of a model that is complete, with what it was made from. */
static unsigned find_stale(RefreshJob *job, const Model *model) {
        uint64_t source = stale_outputs_source(model, INDEX_PREORDER);
        const Tree *known = module_cache_known(&job->saved.cache);
        const Model *old = job->known ? &job->known->model : NULL;

        if (source == 0)
                return OUTPUT_ALL;
        if (old)
                return source == stale_outputs_source(old, INDEX_PREORDER)
                               ? stale_outputs_of_trees(&old->tree, &model->tree)
                               : OUTPUT_ALL;
        if (!known || job->reparse || source != job->saved.cache.index.source)
                return OUTPUT_ALL;

        job->has_published = true;
        published_from_cache(&job->published, &job->saved.cache.index);
        return stale_outputs_of_trees(known, &model->tree);
}

static int make_snapshot(RefreshJob *job) {
        _cleanup_(snapshot_unrefp) Snapshot *snapshot = NULL;
        RefreshOptions options;
        int linked, r;

        job->places.root = job->root;
        r = snapshot_new(&snapshot, job->directory);
        if (r < 0)
                return r;

        options = (RefreshOptions){
                .directory = job->directory,
                .version = job->version,
                .config_paths = job->config_paths,
                .read_builtin = true,
                .order_repeat = MODULE_ORDER_FIRST,
                .n_workers = job->n_workers,
                .strings = job->strings,
                .known = find_known(job),
                .changed = job->known ? job->changed : NULL,
                .known_files = job->known ? &job->known->files : NULL,
                .files_found = &snapshot->files,
                .places = &job->places,
                .is_cancelled = job->is_cancelled,
                .n_steps = &job->job.n_steps,
        };
        linked = refresh_model(&snapshot->model, &options, &snapshot->problems, &job->failure);
        if (linked < 0)
                return linked;
        r = check_hidden(job, snapshot, options.known);
        if (r < 0)
                return r;
        job->n_read = count_read(&snapshot->model.tree);
        job->is_cache_current = module_cache_is_current(&job->saved.cache, &snapshot->model.tree);
        r = finish_model(job, snapshot, linked == GRAPH_HAS_CYCLE);
        if (r < 0)
                return r;

        job->stale = find_stale(job, &snapshot->model);
        r = snapshot->model.tree.count > 0 ? 1 : has_kernel_files(job->directory);
        if (r < 0)
                return r;
        snapshot->is_kernel = r > 0;
        r = snapshot_count_strings(snapshot, job->known);
        if (r < 0)
                return r;
        job->is_same = job->known && !job->reparse && snapshot_is_equal(job->known, snapshot);
        if (job->known && !job->is_same) {
                r = difference_find(job->known->lookup, snapshot->lookup, &snapshot->difference);
                if (r < 0)
                        return r;
        }
        job->snapshot = TAKE_PTR(snapshot);
        return 0;
}

static void survey(size_t number, unsigned worker, void *userdata) {
        RefreshJob *job = userdata;

        (void) worker;
        if (number == 0) {
                job->places.root = job->root;
                job->r = refresh_find_places(&(RefreshOptions){ .directory = job->directory,
                                                                .version = job->version,
                                                                .config_paths = job->config_paths,
                                                                .places = &job->places });
        } else
                look_for_saved(job);
}

void refresh_job_run(Job *userdata) {
        RefreshJob *job = (RefreshJob *) userdata;

        if (job->is_survey)
                parallel_run(job->n_workers, 2, survey, job);
        else
                job->r = make_snapshot(job);
}

void refresh_job_free(RefreshJob *job) {
        if (!job)
                return;

        refresh_failure_done(&job->failure);
        changed_files_free(job->changed);
        place_list_done(&job->places);
        saved_modules_done(&job->saved);
        snapshot_unref(job->snapshot);
        snapshot_unref(job->known);
        string_table_unref(job->strings);
        free(job);
}
