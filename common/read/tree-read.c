/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree-read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "fd.h"
#include "module-reader.h"
#include "parallel.h"

typedef struct Outcome {
        int r;
        unsigned worker;
} Outcome;

/* A module to be read, and the size of its file if that matters. */
typedef struct Job {
        uint32_t module;
        int64_t size;
} Job;

typedef struct Reading {
        Tree *tree;
        int dir_fd;
        unsigned n_workers;
        ModuleReader **readers; /* one for each worker, made when it gets its first module */
        Outcome *outcomes;      /* one for each module */
        Job *jobs; /* one for each module that is to be read, in the order of reading */
        size_t n_jobs;
        atomic_bool has_large;  /* some have been left for later */
        atomic_bool has_failed; /* the rest need not be read */
        const atomic_bool *is_cancelled;
        atomic_uint *n_steps;
} Reading;

static void reading_done(Reading *reading) {
        for (unsigned i = 0; reading->readers && i < reading->n_workers; i++)
                module_reader_free(reading->readers[i]);
        free(reading->readers);
        free(reading->outcomes);
        free(reading->jobs);
        closep(&reading->dir_fd);
}

static void read_one(size_t number, unsigned worker, void *userdata) {
        Reading *reading = userdata;
        uint32_t index = reading->jobs[number].module;
        Module *module = &reading->tree->modules[index];
        Outcome *outcome = &reading->outcomes[index];

        outcome->worker = worker;
        if (atomic_load(&reading->has_failed))
                return;

        if (reading->is_cancelled && atomic_load(reading->is_cancelled))
                outcome->r = -ECANCELED;
        if (outcome->r >= 0 && !reading->readers[worker])
                outcome->r = module_reader_new(&reading->readers[worker]);
        if (outcome->r == 0)
                outcome->r = module_reader_read(reading->readers[worker], reading->dir_fd,
                                                tree_module_path(reading->tree, index), module,
                                                &module->reason);
        module->is_read = outcome->r == 0;
        if (reading->n_steps)
                atomic_fetch_add(reading->n_steps, 1);
        if (outcome->r < 0)
                atomic_store(&reading->has_failed, true);
        if (outcome->r == MODULE_READER_LARGE)
                atomic_store(&reading->has_large, true);
}

/* One at a time, because of the memory that each of them takes. */
static void read_large(Reading *reading) {
        int r = 0;

        if (!atomic_load(&reading->has_large))
                return;

        if (!reading->readers[0])
                r = module_reader_new(&reading->readers[0]);
        if (r == 0)
                r = module_reader_allow_large(reading->readers[0]);

        for (size_t i = 0; i < reading->n_jobs; i++) {
                Outcome *outcome = &reading->outcomes[reading->jobs[i].module];

                if (outcome->r != MODULE_READER_LARGE)
                        continue;
                outcome->r = r;
                if (r == 0)
                        read_one(i, 0, reading);
        }
}

static int compare_sizes(const void *a, const void *b) {
        const Job *x = a, *y = b;

        return (x->size < y->size) - (x->size > y->size);
}

/*
 * Large compressed files first: one of them, begun last, keeps a single thread busy when the others
 * have nothing left to do. Of a plain file little is read, so asking for its size would cost more
 * than it brings.
 */
static void plan(Reading *reading) {
        const Tree *tree = reading->tree;

        for (size_t i = 0; i < tree->count; i++) {
                const char *path = tree_module_path(tree, i);
                size_t size = string_table_size(tree->strings, tree->modules[i].path);
                Job job = { .module = (uint32_t) i };
                struct stat st;

                if (tree->modules[i].is_read)
                        continue;
                if (reading->n_workers > 1 && (size < 3 || strcmp(path + size - 3, ".ko") != 0) &&
                    fstatat(reading->dir_fd, path, &st, 0) == 0)
                        job.size = st.st_size;
                reading->jobs[reading->n_jobs++] = job;
        }

        qsort(reading->jobs, reading->n_jobs, sizeof(Job), compare_sizes);
}

static int find_failure(const Reading *reading, const char **ret_path) {
        for (size_t i = 0; i < reading->tree->count; i++) {
                if (reading->outcomes[i].r < 0) {
                        *ret_path = tree_module_path(reading->tree, i);
                        return reading->outcomes[i].r;
                }
        }

        return 0;
}

/* Makes the ids of each reader's table those of the tree's. */
static int merge(Reading *reading) {
        Tree *tree = reading->tree;

        for (unsigned worker = 0; worker < reading->n_workers; worker++) {
                _cleanup_free_ StringId *map = NULL;
                int r;

                if (!reading->readers[worker])
                        continue;

                r = string_table_merge(tree->strings,
                                       module_reader_strings(reading->readers[worker]), &map);
                if (r < 0)
                        return r;

                for (size_t i = 0; i < reading->n_jobs; i++) {
                        uint32_t module = reading->jobs[i].module;

                        if (reading->outcomes[module].worker == worker)
                                module_translate(&tree->modules[module], map);
                }
        }

        return 0;
}

static int report(const Reading *reading, ProblemList *problems) {
        _cleanup_buffer_ Buffer path = {};

        for (size_t i = 0; i < reading->tree->count; i++) {
                const Module *module = &reading->tree->modules[i];
                const char *reason = module->reason;
                int r = 0;

                if (module->error == 0)
                        continue;

                tree_absolute_path(reading->tree, i, &path);
                if (buffer_error(&path) < 0)
                        return buffer_error(&path);
                if (reason)
                        r = problem_list_add(problems, &(Problem){ .kind = PROBLEM_INFLATE,
                                                                   .path = path.data,
                                                                   .detail = reason });
                if (r >= 0)
                        r = problem_list_add(problems,
                                             &(Problem){ .kind = PROBLEM_MODULE_UNREADABLE,
                                                         .path = path.data,
                                                         .error = module->error });
                if (r < 0)
                        return r;
        }

        return 0;
}

int tree_read(Tree *tree, const TreeReading *how, ProblemList *problems, const char **ret_path) {
        unsigned n_workers = how->n_workers;
        _cleanup_(reading_done) Reading reading = { .tree = tree,
                                                    .dir_fd = -1,
                                                    .n_workers = n_workers,
                                                    .is_cancelled = how->is_cancelled,
                                                    .n_steps = how->n_steps };
        int r;

        *ret_path = NULL;
        reading.readers = calloc(n_workers, sizeof(ModuleReader *));
        reading.outcomes = calloc(tree->count + 1, sizeof(Outcome));
        reading.jobs = calloc(tree->count + 1, sizeof(Job));
        if (!reading.readers || !reading.outcomes || !reading.jobs)
                return -ENOMEM;

        reading.dir_fd = open(tree->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (reading.dir_fd < 0)
                return -errno;

        plan(&reading);
        parallel_run(n_workers, reading.n_jobs, read_one, &reading);
        read_large(&reading);
        r = find_failure(&reading, ret_path);
        if (r < 0)
                return r;
        r = merge(&reading);
        if (r < 0)
                return r;

        return report(&reading, problems);
}
