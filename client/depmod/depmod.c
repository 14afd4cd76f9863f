/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "depmod.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis.h"
#include "commit.h"
#include "cycles.h"
#include "depmod-config.h"
#include "depmod-message.h"
#include "depmod-options.h"
#include "depmod-quick.h"
#include "kernel-directory.h"
#include "module-cache.h"
#include "output.h"
#include "parallel.h"
#include "staging.h"

#define MODULES_PATH "/lib/modules" /* where plain options look for the version */

typedef struct Depmod {
        DepmodOptions options;
        char *running_version;
        const char *version;
        char *directory;        /* the modules' */
        char *output_directory; /* where the index goes */
        ModuleCache cache;
        ProblemList problems;
        Publication publication;
} Depmod;

static void depmod_done(Depmod *depmod) {
        publication_done(&depmod->publication);
        module_cache_done(&depmod->cache);
        problem_list_done(&depmod->problems);
        free(depmod->running_version);
        free(depmod->directory);
        free(depmod->output_directory);
        depmod_options_done(&depmod->options);
}

static int find_directories(Depmod *depmod) {
        const DepmodOptions *options = &depmod->options;
        int r;

        depmod->version = options->version;
        if (!depmod->version) {
                r = kernel_directory_running_version(&depmod->running_version);
                if (r < 0) {
                        depmod_message(MESSAGE_FATAL, "uname() failed: %s", strerror(-r));
                        return r;
                }
                depmod->version = depmod->running_version;
        }

        r = kernel_directory_find(options->base_directory, options->module_directory,
                                  depmod->version, &depmod->directory);
        if (r == 0 && options->output_base)
                r = kernel_directory_join(options->output_base, options->module_directory,
                                          depmod->version, &depmod->output_directory);
        else if (r == 0) {
                depmod->output_directory = strdup(depmod->directory);
                r = depmod->output_directory ? 0 : -ENOMEM;
        }
        if (r == -ENAMETOOLONG)
                depmod_message(MESSAGE_ERROR, "Bad directory %s/%s/%s: path too long",
                               options->base_directory, options->module_directory, depmod->version);
        return r;
}

static int open_publication(Depmod *depmod, bool create) {
        int r;

        if (depmod->publication.dir_fd >= 0)
                return 0;

        r = publication_open(&depmod->publication, depmod->output_directory, create);
        if (r == -ENOENT && !create)
                return 0;
        if (r < 0)
                depmod_message(MESSAGE_FATAL, "could not %s directory %s: %s",
                               create ? "create" : "open", depmod->output_directory, strerror(-r));
        return r;
}

/* Why each edge is there, in the order in which the edges were found (depmod -v). */
static int print_needs(const Model *model) {
        _cleanup_buffer_ Buffer path = {}, provider = {};

        for (uint32_t m = 0; m < model->graph.n_modules; m++) {
                const Edge *edges = graph_edges(&model->graph, m);

                for (uint32_t i = 0; i < graph_n_edges(&model->graph, m); i++) {
                        tree_absolute_path(&model->tree, m, &path);
                        tree_absolute_path(&model->tree, edges[i].provider, &provider);
                        if (buffer_error(&path) < 0 || buffer_error(&provider) < 0)
                                return -ENOMEM;
                        (void) printf("%s needs \"%s\": %s\n", path.data,
                                      tree_string(&model->tree, edges[i].symbol), provider.data);
                }
        }

        return 0;
}

static int report_cycles(Depmod *depmod, const Model *model) {
        _cleanup_(cycles_done) Cycles cycles = {};
        int r;

        r = cycles_find(&cycles, &model->graph);
        if (r < 0)
                return r;
        r = cycles_report(&cycles, &model->tree, &depmod->problems);
        depmod_message_problems(&depmod->problems);
        return r < 0 ? r : -ELOOP;
}

/* A run without a cache does the same, so whatever is wrong with it is not worth a word. */
static const Tree *load_cache(void *userdata) {
        Depmod *depmod = userdata;

        (void) module_cache_load(&depmod->cache, depmod->directory, NULL);
        return module_cache_known(&depmod->cache);
}

/* A few named files are not all that the next run needs to know. */
static void save_cache(const Depmod *depmod, const Model *model) {
        if (!depmod->options.files && !module_cache_is_current(&depmod->cache, &model->tree))
                (void) module_cache_save(&depmod->cache, &model->tree, depmod->options.sync);
}

static int build_model(Depmod *depmod, Model *model) {
        const DepmodOptions *options = &depmod->options;
        _cleanup_refresh_failure_ RefreshFailure failure = {};
        bool has_cache;
        int linked, r;

        has_cache = module_cache_open(&depmod->cache, options->base_directory, depmod->version);
        r = model_init(model, depmod->directory);
        if (r < 0)
                return r;

        linked = refresh_model(model,
                               &(RefreshOptions){
                                       .directory = depmod->directory,
                                       .version = depmod->version,
                                       .config_paths = options->config_paths ? options->config_paths
                                                                             : config_default_paths,
                                       .files = options->files,
                                       .n_files = options->n_files,
                                       .symvers = options->symvers,
                                       .system_map = options->system_map,
                                       .symbol_prefix = options->symbol_prefix,
                                       .read_builtin = !options->dry_run,
                                       .order_repeat = options->release.order_repeat,
                                       .n_workers = options->n_workers,
                                       .find_known = has_cache ? load_cache : NULL,
                                       .known_userdata = depmod,
                               },
                               &depmod->problems, &failure);
        depmod_message_problems(&depmod->problems);
        if (linked < 0) {
                depmod_message_failure(&failure, linked);
                return linked;
        }

        r = options->verbosity > 0 ? print_needs(model) : 0;
        if (r >= 0 && options->report_symbols)
                r = analysis_report_symbols(model, options->symvers, &depmod->problems);
        depmod_message_problems(&depmod->problems);
        if (r < 0)
                return r;

        return linked == GRAPH_HAS_CYCLE ? report_cycles(depmod, model) : 0;
}

/* The index files of a model, one after the other. */
static int render(Depmod *depmod, const Model *model, const OutputSink *sink,
                  OutputKind *ret_failed) {
        const DepmodOptions *options = &depmod->options;
        _cleanup_dep_lines_ DepLines lines = {};
        unsigned kinds = options->dry_run ? OUTPUT_TEXTS : OUTPUT_ALL;
        int r;

        if (!options->release.has_weakdep)
                kinds &= ~OUTPUT_BIT(OUTPUT_WEAKDEP);

        *ret_failed = OUTPUT_DEP;
        r = dep_lines_render(&lines, model);
        if (r < 0)
                return r;

        return output_render_to(sink, model, &lines,
                                &(OutputOptions){ .layout = options->release.layout,
                                                  .kinds = kinds,
                                                  .report_duplicates = options->report_duplicates,
                                                  .n_workers = options->n_workers },
                                &depmod->problems, ret_failed);
}

/* What follows from a model: its index files and its cache, made side by side. */
typedef struct Products {
        Depmod *depmod;
        const Model *model;
        const OutputSink *sink;
        OutputKind failed;
        int r;
} Products;

static void make_product(size_t number, unsigned worker, void *userdata) {
        Products *products = userdata;

        (void) worker;
        if (number == 0)
                products->r = render(products->depmod, products->model, products->sink,
                                     &products->failed);
        else
                save_cache(products->depmod, products->model);
}

static int make_products(Depmod *depmod, const Model *model, const OutputSink *sink,
                         OutputKind *ret_failed) {
        Products products = { .depmod = depmod, .model = model, .sink = sink };

        parallel_run(depmod->options.n_workers, depmod->options.dry_run ? 1 : 2, make_product,
                     &products);
        depmod_message_problems(&depmod->problems);
        *ret_failed = products.failed;
        return products.r;
}

/* Returns r. */
static int fail_to_render(OutputKind kind, int r) {
        depmod_message(MESSAGE_ERROR, "Could not write index '%s': %s", output_name(kind),
                       strerror(-r));
        return r;
}

static int print_outputs(Depmod *depmod, const Model *model) {
        _cleanup_output_set_ OutputSet outputs = {};
        const OutputSink sink = output_set_sink(&outputs);
        OutputKind failed;
        int r;

        r = make_products(depmod, model, &sink, &failed);
        if (r < 0)
                return fail_to_render(failed, r);

        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                const Buffer *file = &outputs.files[i];

                if (file->size > 0)
                        (void) fwrite(file->data, 1, file->size, stdout);
        }
        return 0;
}

static int fail_to_publish(const Depmod *depmod, const char *failed, int r) {
        if (strcmp(failed, ".") != 0)
                depmod_message(MESSAGE_ERROR, "Could not write index '%s/%s': %s. %s",
                               depmod->output_directory, failed, strerror(-r),
                               depmod->publication.is_mixed
                                       ? "Some files are new, the others as they were."
                                       : "All files are as they were.");
        else
                depmod_message(MESSAGE_ERROR,
                               "Could not sync %s: %s. The index is complete, but may not "
                               "outlive a power cut.",
                               depmod->output_directory, strerror(-r));
        return r;
}

static int make_and_publish(Depmod *depmod, const Model *model) {
        _cleanup_staging_ Staging staging;
        OutputSink sink = staging_sink(&staging);
        const char *failed_name;
        OutputKind failed;
        int r;

        staging_init(&staging, &depmod->publication, depmod->options.sync);
        r = make_products(depmod, model, &sink, &failed);
        if (r < 0 && staging.results[failed] < 0)
                return fail_to_publish(depmod, output_name(failed), r);
        if (r < 0)
                return fail_to_render(failed, r);

        r = staging_publish(&staging, &failed_name);
        return r < 0 ? fail_to_publish(depmod, failed_name, r) : 0;
}

static int publish(Depmod *depmod, const Model *model) {
        sigset_t signals;
        int r;

        r = open_publication(depmod, true);
        if (r < 0)
                return r;

        commit_begin(&signals);
        r = make_and_publish(depmod, model);
        commit_end(&signals);
        return r;
}

/* Does whoever keeps the index of all kernels the same? Only with nothing but a version. */
static bool is_for_delegate(const Depmod *depmod) {
        return geteuid() == 0 && depmod_options_are_plain(&depmod->options);
}

static int run(Depmod *depmod, int argc, char *argv[], DepmodDelegate delegate) {
        _cleanup_model_ Model model = {};
        int r;

        r = depmod_options_parse(&depmod->options, argc, argv);
        if (r <= 0)
                return r;
        depmod->problems.least = depmod_options_severity(&depmod->options);

        r = find_directories(depmod);
        if (r < 0)
                return r;
        if (is_for_delegate(depmod) && delegate(MODULES_PATH, depmod->version) == 0)
                return 0;
        if (depmod->options.quick &&
            (depmod->options.dry_run || !depmod_quick_is_outdated(depmod->directory)))
                return 0;

        if (depmod->options.report_symbols && !depmod->options.symvers &&
            !depmod->options.system_map) {
                depmod_message(MESSAGE_WARNING, "-e needs -E or -F");
                depmod->options.report_symbols = false;
        }

        /* Locked before the modules are looked at: the later of two runs sees what the earlier saw.
         */
        if (!depmod->options.dry_run) {
                r = open_publication(depmod, false);
                if (r < 0)
                        return r;
        }

        r = build_model(depmod, &model);
        if (r < 0)
                return r;
        return depmod->options.dry_run ? print_outputs(depmod, &model) : publish(depmod, &model);
}

int depmod_main(int argc, char *argv[], DepmodDelegate delegate) {
        _cleanup_(depmod_done)
                Depmod depmod = { .cache = MODULE_CACHE_NULL, .publication = PUBLICATION_NULL };
        int r;

        r = run(&depmod, argc, argv, delegate);
        if (r == -ENOMEM)
                depmod_message(MESSAGE_FATAL, "out of memory");

        if (fflush(stdout) < 0 || ferror(stdout)) {
                depmod_message(MESSAGE_ERROR, "could not write to standard output: %s",
                               strerror(errno));
                return EXIT_FAILURE;
        }

        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
