/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "kmod-release.h"

/*
 * The command line of `depmodctl index`. Its letters are not depmod's: see depmodctl(1).
 */
typedef struct IndexOptions {
        bool append;
        const char *kernel_directory; /* -b; NULL: of the version, below /lib/modules */
        const char *dep_file;         /* -E; NULL: modules.dep */
        const char *dep_bin_file;     /* -F; NULL: modules.dep.bin */
        bool include_weak;
        bool dry_run;
        bool quiet;
        bool verbose;
        const char *symvers;
        const char *system_map;
        const char *version;       /* NULL: of the running kernel */
        const char **config_paths; /* NULL-terminated; NULL: the default ones */
        size_t n_config_paths;
        size_t config_paths_capacity;
        KmodRelease release;
        unsigned n_workers;
        bool sync;
} IndexOptions;

enum {
        INDEX_OPTIONS_RUN = 1, /* go on */
};

/*
 * INDEX_OPTIONS_RUN; 0: all is said and done (--help); a negative errno: a wrong call or no memory,
 * which has been said on stderr. Strings are those of argv.
 */
int index_options_parse(IndexOptions *options, int argc, char *argv[]);
void index_options_done(IndexOptions *options);
#define _cleanup_index_options_ _cleanup_(index_options_done)
