/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "kmod-release.h"
#include "problem.h"

/*
 * The command line of depmod: that of kmod's (specification section 1), and a few long options of
 * our own, which cannot be mistaken for one of its.
 */
typedef struct DepmodOptions {
        char *base_directory;         /* -b, absolute or empty */
        char *output_base;            /* -o, absolute; NULL: base_directory */
        const char *module_directory; /* -m, without leading slash */
        const char **config_paths;    /* -C, NULL-terminated; NULL: the default ones */
        size_t n_config_paths;
        size_t config_paths_capacity;
        const char *symvers;
        const char *system_map;
        char symbol_prefix;
        bool all;
        bool quick;
        bool dry_run;
        bool report_symbols;
        bool report_duplicates;
        unsigned verbosity;

        const char *version; /* NULL: of the running kernel */
        char **files;        /* NULL: the whole directory */
        size_t n_files;

        KmodRelease release; /* --kmod */
        unsigned n_workers;  /* --jobs */
        bool sync;           /* --no-sync */
} DepmodOptions;

enum {
        DEPMOD_OPTIONS_RUN = 1, /* go on */
};

/*
 * DEPMOD_OPTIONS_RUN; 0: all is said and done (--help, --version); a negative errno: a wrong call
 * or no memory, which has been said on stderr. Strings may be those of argv.
 */
int depmod_options_parse(DepmodOptions *options, int argc, char *argv[]);
void depmod_options_done(DepmodOptions *options);
#define _cleanup_depmod_options_ _cleanup_(depmod_options_done)

/*
 * Is it the whole tree of one kernel of this machine, with the configuration, the place and the
 * form that everybody has?
 */
bool depmod_options_are_plain(const DepmodOptions *options);

/* What is shown at this verbosity. */
ProblemSeverity depmod_options_severity(const DepmodOptions *options);
