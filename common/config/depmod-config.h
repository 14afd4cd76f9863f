/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "macro.h"
#include "problem.h"

/*
 * The configuration in depmod.d: which of several modules of one name wins, which directories
 * outside the tree belong to it, which entries are not looked at (specification section 2).
 *
 * A configuration is read for one kernel version, because `override` and `external` lines hold for
 * the versions they name. It owns its strings and never changes after it was read.
 */
typedef struct ConfigSearch {
        enum {
                CONFIG_SEARCH_DIRECTORY,
                CONFIG_SEARCH_BUILTIN,
                CONFIG_SEARCH_EXTERNAL,
        } kind;
        char *directory; /* as written; NULL for the two tokens */
} ConfigSearch;

typedef struct Config {
        ConfigSearch *searches; /* first listed = highest rank; { updates } if none was listed */
        size_t n_searches;
        size_t searches_capacity;
        bool searches_are_default; /* none was listed yet; the first that is replaces them */
        char **overrides;          /* "SUBDIR/MODNAME", in the order in which they were parsed */
        size_t n_overrides;
        size_t overrides_capacity;
        char **externals; /* directories of the lines that match the version, in that order */
        size_t n_externals;
        size_t externals_capacity;
        char **excludes;
        size_t n_excludes;
        size_t excludes_capacity;
} Config;

/* The directories that are read when no path is given, highest precedence first; NULL ends them. */
extern const char *const config_default_paths[];

/*
 * Reads the files and directories of a NULL-terminated list, for the kernel `version`. What is
 * wrong with a file is a problem and the rest of it holds; a path that does not exist is none.
 * Drop-in rules: a file masks those of the same name in later paths, and files are parsed in the
 * order of their names.
 *
 * 0 or a negative errno: -ENOMEM, -EMFILE, -ENFILE, -EIO. Without memory or descriptors, or from a
 * disk that fails, nothing is known about the files, so it is not taken for their problem.
 * *ret_config is to be cleared with config_done() in any case.
 */
int config_read(Config *ret_config, const char *const *paths, const char *version,
                ProblemList *problems);

/* The configuration that holds when no file is read: search { updates }. 0 or -ENOMEM. */
int config_init(Config *ret_config);

void config_done(Config *config);
#define _cleanup_config_ _cleanup_(config_done)

/*
 * Parses the bytes of one file named `path` and adds what they say to an initialised configuration.
 * Any bytes will do; as in kmod, a NUL hides the rest of its line. 0 or -ENOMEM.
 */
int config_parse(Config *config, const char *path, const char *bytes, size_t size,
                 const char *version, ProblemList *problems);

/* Is a directory entry of this name passed over? "build" and "source" always are (section 3.1). */
bool config_excludes(const Config *config, const char *name);
