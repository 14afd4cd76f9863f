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
#include "known-index.h"
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
        KnownIndex known;
        unsigned made; /* OUTPUT_BITs: rendered */
        bool is_clean; /* nothing was wrong with their entries, also nothing that is not shown */
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

/*
 * Is what this run makes of a kernel what every other makes of it too? Not of a few named files, or
 * with the kernel's own symbols; and what is to be told of all entries is told by rendering all.
 */
static bool has_known_index(const Depmod *depmod) {
        const DepmodOptions *options = &depmod->options;

        return !options->dry_run && !options->files && !options->symvers && !options->system_map &&
               !options->output_base && !options->report_duplicates;
}

/* A few named files are not all that the next run needs to know. */
static void prepare_cache(Depmod *depmod, const Model *model) {
        const ModuleCache *cache = &depmod->cache;
        bool is_current = module_cache_is_current(cache, &model->tree) &&
                          depmod->known.source == cache->index.source;
        bool lacks_little = depmod->made == 0 && known_index_lacks_little(&model->tree);

        if (!depmod->options.files && !is_current && !lacks_little)
                (void) module_cache_prepare(&depmod->cache, &model->tree);
}

/* Of what was not published the next run knows the modules. */
static void publish_cache(Depmod *depmod, const Staging *staging, bool is_published) {
        bool has_index = is_published && depmod->known.source != 0 && depmod->is_clean;
        CachedIndex index;

        if (has_index)
                known_index_take(&depmod->known, staging->checksums, depmod->made,
                                 depmod->publication.dir_fd, &index);
        (void) module_cache_publish(&depmod->cache, has_index ? &index : NULL,
                                    depmod->options.sync);
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

        r = options->verbosity > 0 ? depmod_message_needs(model) : 0;
        if (r >= 0 && options->report_symbols)
                r = analysis_report_symbols(model, options->symvers, &depmod->problems);
        depmod_message_problems(&depmod->problems);
        if (r < 0)
                return r;

        return linked == GRAPH_HAS_CYCLE ? report_cycles(depmod, model) : 0;
}

/* Those that are not shown too: who reads the cache may show more. */
static int take_problems(Depmod *depmod, const ProblemList *found) {
        int r = 0;

        depmod->is_clean &= found->count == 0;
        for (size_t i = 0; i < found->count && r >= 0; i++)
                r = problem_list_add(&depmod->problems, &found->items[i]);
        depmod_message_problems(&depmod->problems);
        return r;
}

static unsigned wanted_kinds(const Depmod *depmod) {
        unsigned kinds = depmod->options.dry_run ? OUTPUT_TEXTS : OUTPUT_ALL;

        return depmod->options.release.has_weakdep ? kinds : kinds & ~OUTPUT_BIT(OUTPUT_WEAKDEP);
}

/* Gives the present time to those that are known to be right; the others are to be made. */
static unsigned kinds_to_make(Depmod *depmod, const Model *model) {
        unsigned wanted = wanted_kinds(depmod);
        int dir_fd = depmod->publication.dir_fd;

        if (!has_known_index(depmod))
                return wanted;

        known_index_find(&depmod->known, &depmod->cache, model, depmod->options.release.layout,
                         dir_fd);
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if ((wanted & depmod->known.right & OUTPUT_BIT(i)) &&
                    !known_index_renew(&depmod->known, dir_fd, i, depmod->options.sync))
                        depmod->known.right &= ~OUTPUT_BIT(i);
        }

        return wanted & ~depmod->known.right;
}

static int render(Depmod *depmod, const Model *model, const OutputSink *sink,
                  OutputKind *ret_failed) {
        const DepmodOptions *options = &depmod->options;
        _cleanup_problem_list_ ProblemList found = {};
        _cleanup_dep_lines_ DepLines lines = {};
        int r, told;

        *ret_failed = OUTPUT_DEP;
        if (depmod->made == 0)
                return 0;
        r = dep_lines_render(&lines, model);
        if (r >= 0)
                r = output_render_to(
                        sink, model, &lines,
                        &(OutputOptions){ .layout = options->release.layout,
                                          .kinds = depmod->made,
                                          .report_duplicates = options->report_duplicates,
                                          .n_workers = options->n_workers },
                        &found, ret_failed);
        told = take_problems(depmod, &found);
        return r < 0 ? r : told;
}

/* What follows from a model: its index files and its cache, made side by side. */
typedef struct Products {
        Depmod *depmod;
        const Model *model;
        const OutputSink *sink;
        OutputKind *failed;
        int r;
} Products;

static void make_product(size_t number, unsigned worker, void *userdata) {
        Products *products = userdata;

        (void) worker;
        if (number == 0)
                products->r =
                        render(products->depmod, products->model, products->sink, products->failed);
        else
                prepare_cache(products->depmod, products->model);
}

static int make_products(Depmod *depmod, const Model *model, const OutputSink *sink,
                         OutputKind *ret_failed) {
        Products products = { depmod, model, sink, ret_failed, 0 };

        depmod->made = kinds_to_make(depmod, model);
        parallel_run(depmod->options.n_workers, depmod->options.dry_run ? 1 : 2, make_product,
                     &products);
        return products.r;
}

static int print_outputs(Depmod *depmod, const Model *model) {
        _cleanup_output_set_ OutputSet outputs = {};
        const OutputSink sink = output_set_sink(&outputs);
        OutputKind failed;
        int r;

        r = make_products(depmod, model, &sink, &failed);
        if (r < 0) {
                depmod_message_unrendered(failed, r);
                return r;
        }

        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                const Buffer *file = &outputs.files[i];

                if (file->size > 0)
                        (void) fwrite(file->data, 1, file->size, stdout);
        }
        return 0;
}

static int write_files(Depmod *depmod, const Model *model, Staging *staging) {
        const OutputSink sink = staging_sink(staging);
        const char *failed_name;
        OutputKind failed;
        int r;

        r = make_products(depmod, model, &sink, &failed);
        if (r < 0 && staging->results[failed] >= 0) {
                depmod_message_unrendered(failed, r);
                return r;
        }

        failed_name = output_name(failed);
        if (r >= 0)
                r = staging_publish(staging, &failed_name);
        if (r < 0)
                depmod_message_unpublished(depmod->output_directory, failed_name,
                                           depmod->publication.is_mixed, r);
        return r;
}

static int publish(Depmod *depmod, const Model *model) {
        Staging staging;
        sigset_t signals;
        int r;

        staging_init(&staging, &depmod->publication, depmod->options.sync);
        r = open_publication(depmod, true);
        if (r < 0)
                return r;

        commit_begin(&signals);
        r = write_files(depmod, model, &staging);
        publish_cache(depmod, &staging, r >= 0);
        staging_done(&staging);
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

        /* Before the modules are looked at: the later of two runs sees what the earlier saw. */
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
        _cleanup_(depmod_done) Depmod depmod = { .cache = MODULE_CACHE_NULL,
                                                 .publication = PUBLICATION_NULL,
                                                 .is_clean = true };
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
