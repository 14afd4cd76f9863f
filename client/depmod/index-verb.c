/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-verb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice.h"
#include "analysis.h"
#include "commit.h"
#include "cycles.h"
#include "dep-file.h"
#include "depmod-config.h"
#include "index-options.h"
#include "kernel-directory.h"
#include "output.h"
#include "refresh.h"

#define EXIT_PROBLEMS 3

typedef struct IndexRun {
        IndexOptions options;
        char *version;
        char *directory;
        char *found_symvers; /* build/Module.symvers of the directory */
        ProblemList problems;
        Publication publication;
        DepFile dep;     /* where modules.dep goes */
        DepFile dep_bin; /* where modules.dep.bin goes */
} IndexRun;

static void index_run_done(IndexRun *run) {
        dep_file_done(&run->dep);
        dep_file_done(&run->dep_bin);
        publication_done(&run->publication);
        problem_list_done(&run->problems);
        free(run->version);
        free(run->directory);
        free(run->found_symvers);
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
        const char *base = run->options.kernel_directory;
        _cleanup_free_ char *symvers = NULL;
        int r;

        if (run->options.version)
                run->version = strdup(run->options.version);
        else {
                r = kernel_directory_running_version(&run->version);
                if (r < 0)
                        return fail(run, r, "Cannot tell the version of the running kernel");
        }
        if (!run->version)
                return -ENOMEM;

        r = kernel_directory_find(base ? base : "", "lib/modules", run->version, &run->directory);
        if (r < 0)
                return fail(run, r, "%s", base ? base : run->version);

        if (asprintf(&symvers, "%s/build/Module.symvers", run->directory) < 0) {
                symvers = NULL;
                return -ENOMEM;
        }
        if (access(symvers, R_OK) == 0)
                run->found_symvers = TAKE_PTR(symvers);
        return 0;
}

static const char *symvers_path(const IndexRun *run) {
        if (run->options.symvers)
                return run->options.symvers;
        return run->options.system_map ? NULL : run->found_symvers;
}

static int analyse(IndexRun *run, const Model *model) {
        bool has_symvers = symvers_path(run);

        return analysis_report_all(
                model,
                &(AnalysisOptions){ .version = run->version,
                                    .is_kernel_known = has_symvers || run->options.system_map,
                                    .has_kernel_crcs = has_symvers,
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

static int build_model(IndexRun *run, Model *model) {
        const IndexOptions *options = &run->options;
        _cleanup_refresh_failure_ RefreshFailure failure = {};
        int r;

        r = model_init(model, run->directory);
        if (r < 0)
                return r;

        r = refresh_model(model,
                          &(RefreshOptions){ .directory = run->directory,
                                             .version = run->version,
                                             .config_paths = options->config_paths
                                                                     ? options->config_paths
                                                                     : config_default_paths,
                                             .symvers = symvers_path(run),
                                             .system_map = options->system_map,
                                             .read_builtin = true,
                                             .order_repeat = options->release.order_repeat,
                                             .n_workers = options->n_workers },
                          &run->problems, &failure);
        if (r < 0)
                return fail(run, r, "Cannot index %s%s%s", run->directory,
                            failure.subject ? " because of " : "",
                            failure.subject ? failure.subject : "");

        /* Before members of cycles are left out: what they export is no missing dependency. */
        if (r == GRAPH_HAS_CYCLE) {
                r = analyse(run, model);
                return r < 0 ? r : leave_out_cycles(run, model);
        }

        return analyse(run, model);
}

static int open_dep_files(IndexRun *run) {
        int r;

        r = dep_file_open(&run->dep, run->options.dep_file, output_name(OUTPUT_DEP));
        if (r < 0)
                return fail(run, r, "Cannot write %s", run->options.dep_file);
        r = dep_file_open(&run->dep_bin, run->options.dep_bin_file, output_name(OUTPUT_DEP_BIN));
        if (r < 0)
                return fail(run, r, "Cannot write %s", run->options.dep_bin_file);

        return 0;
}

static int render(IndexRun *run, const Model *model, DepLines *lines, OutputSet *outputs) {
        const IndexOptions *options = &run->options;
        _cleanup_buffer_ Buffer old = {};
        OutputKind failed = OUTPUT_DEP;
        unsigned kinds = OUTPUT_ALL;
        int r;

        if (options->append) {
                r = dep_file_read(&run->dep, run->directory, &old);
                if (r < 0)
                        return fail(run, r, "Cannot read %s", run->dep.name);
                r = dep_lines_append(lines, model, old.data, old.size, &run->problems);
        } else
                r = dep_lines_render(lines, model);
        if (r < 0)
                return r;

        if (!options->release.has_weakdep)
                kinds &= ~OUTPUT_BIT(OUTPUT_WEAKDEP);
        r = output_render(outputs, model, lines,
                          &(OutputOptions){ .layout = options->release.layout,
                                            .kinds = kinds,
                                            .n_workers = options->n_workers },
                          &run->problems, &failed);
        if (r < 0)
                return fail(run, r, "Cannot make %s", output_name(failed));

        return 0;
}

/* The files in the order of publication; how many there are is returned. */
static size_t list_files(const IndexRun *run, const OutputSet *outputs, PublicationFile *files) {
        size_t n_files = 0;

        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                PublicationFile file = { .dir_fd = AT_FDCWD,
                                         .name = output_name(i),
                                         .bytes = &outputs->files[i] };

                if (i == OUTPUT_WEAKDEP && !run->options.release.has_weakdep)
                        continue;
                if (i == OUTPUT_DEP || i == OUTPUT_DEP_BIN) {
                        const DepFile *dep = i == OUTPUT_DEP ? &run->dep : &run->dep_bin;

                        file.dir_fd = dep->dir_fd;
                        file.name = dep->name;
                }
                files[n_files++] = file;
        }

        return n_files;
}

/* Text files in full, of the binary ones their size, each under a line with its name. */
static void print_files(const PublicationFile *files, size_t n_files) {
        for (size_t i = 0; i < n_files; i++) {
                const char *ending = strrchr(files[i].name, '.');

                (void) printf("==> %s, %zu bytes <==\n", files[i].name, files[i].bytes->size);
                if (!ending || strcmp(ending, ".bin") != 0)
                        (void) fwrite(files[i].bytes->data, 1, files[i].bytes->size, stdout);
        }
}

static int publish(IndexRun *run, const PublicationFile *files, size_t n_files) {
        const char *failed;
        int r;

        r = commit_run(&run->publication, files, n_files, run->options.sync, &failed);
        if (r < 0 && strcmp(failed, ".") == 0)
                return fail(run, r, "The index is written, but %s cannot be synced",
                            run->directory);
        if (r < 0)
                return fail(run, r, "Cannot write %s in %s, all files are as they were", failed,
                            run->directory);
        return 0;
}

/* The status of a run that has done its work. */
static int report(const IndexRun *run, const DepLines *lines) {
        int status = EXIT_SUCCESS;

        if (run->options.verbose && !run->options.quiet && !run->options.dry_run)
                (void) fwrite(lines->text.data, 1, lines->text.size, stdout);

        for (size_t i = 0; i < run->problems.count; i++) {
                const Problem *problem = &run->problems.items[i];

                if (run->options.quiet ? advice_is_problem(problem) : advice_print(problem))
                        status = EXIT_PROBLEMS;
        }

        return status;
}

static int run_index(IndexRun *run, int argc, char *argv[], int *ret_status) {
        _cleanup_dep_lines_ DepLines lines = {};
        _cleanup_output_set_ OutputSet outputs = {};
        _cleanup_model_ Model model = {};
        PublicationFile files[OUTPUT_KINDS];
        size_t n_files;
        int r;

        r = index_options_parse(&run->options, argc, argv);
        if (r <= 0)
                return r;
        r = find_kernel(run);
        if (r < 0)
                return r;
        r = open_dep_files(run);
        if (r < 0)
                return r;
        if (!run->options.dry_run) {
                r = publication_open(&run->publication, run->directory, false);
                if (r < 0)
                        return fail(run, r, "%s", run->directory);
        }

        r = build_model(run, &model);
        if (r < 0)
                return r;
        r = render(run, &model, &lines, &outputs);
        if (r < 0)
                return r;

        n_files = list_files(run, &outputs, files);
        if (!run->options.dry_run) {
                r = publish(run, files, n_files);
                if (r < 0)
                        return r;
        } else if (!run->options.quiet)
                print_files(files, n_files);

        *ret_status = report(run, &lines);
        return 0;
}

int index_verb(int argc, char *argv[]) {
        _cleanup_(index_run_done) IndexRun run = { .publication = PUBLICATION_NULL,
                                                   .dep = DEP_FILE_NULL,
                                                   .dep_bin = DEP_FILE_NULL };
        int status = EXIT_SUCCESS, r;

        r = run_index(&run, argc, argv, &status);
        if (r == -ENOMEM)
                (void) fail(&run, r, "Cannot go on");

        return r < 0 ? EXIT_FAILURE : status;
}
