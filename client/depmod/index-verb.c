/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-verb.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "advice.h"
#include "analysis.h"
#include "commit.h"
#include "cycles.h"
#include "depmod-config.h"
#include "index-append.h"
#include "index-files.h"
#include "index-kernel.h"
#include "index-options.h"
#include "module-cache.h"
#include "output.h"
#include "problem-sentence.h"
#include "refresh.h"

#define EXIT_PROBLEMS 3

typedef struct IndexRun {
        IndexOptions options;
        IndexKernel kernel;
        IndexFiles files;
        OutputSet outputs;
        DepLines lines;
        ModuleCache cache;
        ProblemList problems;
        Publication publication;
} IndexRun;

static void index_run_done(IndexRun *run) {
        publication_done(&run->publication);
        module_cache_done(&run->cache);
        problem_list_done(&run->problems);
        dep_lines_done(&run->lines);
        output_set_done(&run->outputs);
        index_files_done(&run->files);
        index_kernel_done(&run->kernel);
        index_options_done(&run->options);
}

/* Returns r. Says nothing if the caller wants to hear nothing. */
__attribute__((format(printf, 3, 4))) static int fail(const IndexRun *run, int r,
                                                      const char *format, ...) {
        va_list arguments;

        if (run->options.quiet)
                return r;

        (void) fputs("depmodctl: ", stderr);
        va_start(arguments, format);
        (void) vfprintf(stderr, format, arguments);
        va_end(arguments);
        (void) fprintf(stderr, ": %s\n", strerror(-r));
        return r;
}

static int find_kernel(IndexRun *run) {
        IndexKernel *kernel = &run->kernel;
        bool is_running;
        int r;

        r = index_kernel_find(kernel, run->options.kernel_directory, run->options.version);
        if (r >= 0 || r == -ENOMEM)
                return r;

        is_running = !run->options.version && !kernel->is_by_name;
        return fail(run, r, "Cannot index %s%s",
                    kernel->directory ? kernel->directory : "the kernel",
                    is_running ? ", where the running kernel's modules would be" : "");
}

static const char *symvers_path(const IndexRun *run) {
        if (run->options.symvers)
                return run->options.symvers;
        return run->options.system_map ? NULL : run->kernel.symvers;
}

/*
 * A list without a single export is not that of a kernel with modules: an unfinished build's, or
 * the stand-in that Debian ships for System.map. An empty one that was named says what it says.
 */
static bool knows_kernel(const IndexRun *run, const Model *model) {
        const IndexOptions *options = &run->options;
        const char *named = options->symvers ? options->symvers : options->system_map;
        struct stat st;

        if (analysis_knows_kernel(model))
                return true;
        if (!named)
                return false;
        if (stat(named, &st) == 0 && st.st_size == 0)
                return true;

        if (!options->quiet)
                advice_note("%s names no symbol that the kernel exports and counts for nothing; is "
                            "it the right file?",
                            named);
        return false;
}

static int analyse(IndexRun *run, const Model *model) {
        const IndexKernel *kernel = &run->kernel;

        return analysis_report_all(
                model,
                &(AnalysisOptions){ .version = kernel->is_version_known ? kernel->version : NULL,
                                    .is_kernel_known = knows_kernel(run, model),
                                    .has_kernel_crcs = symvers_path(run),
                                    .include_weak = run->options.include_weak },
                &run->problems);
}

static int leave_out_cycles(IndexRun *run, Model *model) {
        _cleanup_(cycles_done) Cycles cycles = {};
        int r;

        r = cycles_find(&cycles, &model->graph);
        if (r < 0)
                return r;
        r = cycles_report(&cycles, &model->tree, &run->problems);
        if (r < 0)
                return r;

        return model_leave_out_cycles(model, &run->problems);
}

static int fail_to_refresh(const IndexRun *run, const RefreshFailure *failure, int r) {
        const char *directory = run->kernel.directory, *subject = failure->subject;

        switch (failure->step) {
        case REFRESH_STEP_SYMBOLS:
                return fail(run, r, "Cannot read %s", subject ? subject : "");
        case REFRESH_STEP_CONFIG:
                return fail(run, r, "Cannot read the configuration in depmod.d");
        case REFRESH_STEP_READ:
                return fail(run, r, "Cannot read %s in %s", subject ? subject : "all modules",
                            directory);
        case REFRESH_STEP_COUNT:
                return fail(run, r, "%s holds more modules than an index can", directory);
        default:
                return fail(run, r, "Cannot index %s", directory);
        }
}

/* Only a root has one. A run without it does the same, so whatever is wrong is not worth a word. */
static void load_cache(IndexRun *run) {
        const char *root = run->options.kernel_directory;

        if (!run->kernel.is_by_name &&
            module_cache_open(&run->cache, root ? root : "", run->kernel.version))
                (void) module_cache_load(&run->cache, run->kernel.directory, NULL);
}

static void save_cache(IndexRun *run, const Model *model) {
        if (!module_cache_is_current(&run->cache, &model->tree))
                (void) module_cache_save(&run->cache, &model->tree, NULL, run->options.sync);
}

/* 0, GRAPH_HAS_CYCLE or a negative errno. */
static int read_model(IndexRun *run, Model *model) {
        const IndexOptions *options = &run->options;
        const IndexKernel *kernel = &run->kernel;
        _cleanup_refresh_failure_ RefreshFailure failure = {};
        int r;

        r = model_init(model, kernel->directory);
        if (r < 0)
                return r;

        r = refresh_model(model,
                          &(RefreshOptions){ .directory = kernel->directory,
                                             .version = kernel->version,
                                             .config_paths = options->config_paths
                                                                     ? options->config_paths
                                                                     : config_default_paths,
                                             .symvers = symvers_path(run),
                                             .system_map = options->system_map,
                                             .read_builtin = true,
                                             .order_repeat = options->release.order_repeat,
                                             .n_workers = options->n_workers,
                                             .known = module_cache_known(&run->cache) },
                          &run->problems, &failure);
        if (r < 0)
                return fail_to_refresh(run, &failure, r);
        if (model->tree.count == 0 && index_kernel_is_empty(kernel))
                return fail(run, -ENOENT,
                            "Cannot index %s, which holds no modules and no "
                            "lib/modules/%s",
                            kernel->directory, kernel->version);
        return r;
}

static int build_model(IndexRun *run, Model *model) {
        bool has_cycle;
        int r;

        r = read_model(run, model);
        if (r < 0)
                return r;
        has_cycle = r == GRAPH_HAS_CYCLE;

        /* Before members of cycles are left out: what they export is no missing dependency. */
        r = analyse(run, model);
        if (r < 0)
                return r;

        return has_cycle ? leave_out_cycles(run, model) : 0;
}

static int open_files(IndexRun *run) {
        const char *directory = run->kernel.directory, *path, *conflict;
        int r;

        r = index_files_open(&run->files, &run->options, directory, &run->outputs, &path);
        if (r == -ENOTSUP)
                return fail(run, r, "Cannot write %s, which is no regular file", path);
        if (r < 0)
                return fail(run, r, "Cannot write %s", path);

        conflict = index_files_conflict(&run->files);
        if (conflict)
                return fail(run, -EEXIST, "Cannot write two things to one file: %s", conflict);
        if (run->options.dry_run)
                return 0;

        r = publication_open(&run->publication, directory, false);
        if (r < 0)
                return fail(run, r, "Cannot open %s", directory);
        return 0;
}

static int append_lines(IndexRun *run, const Model *model) {
        const IndexFiles *files = &run->files;
        _cleanup_free_ char *path = NULL;
        _cleanup_buffer_ Buffer old = {};
        int r;

        r = index_files_path(files, files->dep.name, &path);
        if (r < 0)
                return r;
        r = dep_file_read(&files->dep, files->directory, &old);
        if (r < 0)
                return fail(run, r, "Cannot read %s", path);

        return index_append(&run->lines, model, path, &old, &run->problems);
}

static int render(IndexRun *run, const Model *model) {
        const IndexOptions *options = &run->options;
        OutputKind failed = OUTPUT_DEP;
        int r;

        r = options->append ? append_lines(run, model) : dep_lines_render(&run->lines, model);
        if (r < 0)
                return r;

        r = output_render(&run->outputs, model, &run->lines,
                          &(OutputOptions){ .layout = options->release.layout,
                                            .kinds = OUTPUT_ALL,
                                            .n_workers = options->n_workers },
                          &run->problems, &failed);
        if (r < 0)
                return fail(run, r, "Cannot make %s", output_name(failed));

        return 0;
}

static int publish(IndexRun *run) {
        _cleanup_free_ char *path = NULL;
        const char *failed;
        int published, r;

        published = commit_run(&run->publication, run->files.items, run->files.count,
                               run->options.sync, &failed);
        if (published >= 0)
                return 0;
        if (strcmp(failed, ".") == 0)
                return fail(run, published, "The index is written, but %s cannot be synced",
                            run->kernel.directory);

        r = index_files_path(&run->files, failed, &path);
        if (r < 0)
                return r;
        return fail(run, published, "Cannot write %s, %s", path,
                    run->publication.is_mixed ? "some files are new, the others as they were"
                                              : "all files are as they were");
}

/* The status of a run that has done its work. */
static int report(const IndexRun *run) {
        const Problem *problems = run->problems.items;
        const Buffer *list = &run->lines.text;
        bool is_quiet = run->options.quiet;
        int status = EXIT_SUCCESS;

        if (run->options.verbose && !is_quiet && !run->options.dry_run && list->size > 0)
                (void) fwrite(list->data, 1, list->size, stdout);

        for (size_t i = 0; i < run->problems.count; i++) {
                if (i > 0 && problem_is_repetition(&problems[i - 1], &problems[i]))
                        continue;
                if (is_quiet ? advice_is_problem(&problems[i]) : advice_print(&problems[i]))
                        status = EXIT_PROBLEMS;
        }

        return status;
}

static void note_missing_config(const IndexRun *run) {
        const IndexOptions *options = &run->options;

        for (size_t i = 0; !options->quiet && i < options->n_config_paths; i++) {
                if (access(options->config_paths[i], F_OK) < 0)
                        advice_note("%s: %s; indexed without it", options->config_paths[i],
                                    strerror(errno));
        }
}

static int run_index(IndexRun *run, int argc, char *argv[], int *ret_status) {
        _cleanup_model_ Model model = {};
        int r;

        r = index_options_parse(&run->options, argc, argv);
        if (r <= 0)
                return r;
        r = find_kernel(run);
        if (r < 0)
                return r;
        r = open_files(run);
        if (r < 0)
                return r;

        note_missing_config(run);
        load_cache(run);
        r = build_model(run, &model);
        if (r < 0)
                return r;
        r = render(run, &model);
        if (r < 0)
                return r;

        if (!run->options.dry_run)
                r = publish(run);
        else if (!run->options.quiet)
                r = index_files_print(&run->files);
        if (r < 0)
                return r;
        if (!run->options.dry_run)
                save_cache(run, &model);

        *ret_status = report(run);
        return 0;
}

static int flush_output(const IndexRun *run) {
        if (fflush(stdout) < 0)
                return fail(run, -errno, "Cannot write to standard output");
        if (ferror(stdout))
                return fail(run, -EIO, "Cannot write to standard output");
        return 0;
}

int index_verb(int argc, char *argv[]) {
        _cleanup_(index_run_done) IndexRun run = { .cache = MODULE_CACHE_NULL,
                                                   .publication = PUBLICATION_NULL,
                                                   .files = INDEX_FILES_NULL };
        int status = EXIT_SUCCESS, r;

        r = run_index(&run, argc, argv, &status);
        if (r == -ENOMEM)
                (void) fail(&run, r, "Cannot go on");
        if (r >= 0)
                r = flush_output(&run);

        return r < 0 ? EXIT_FAILURE : status;
}
