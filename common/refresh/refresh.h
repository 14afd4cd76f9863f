/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "model.h"
#include "module-files.h"
#include "module-order.h"
#include "place.h"
#include "problem.h"

/*
 * From a kernel directory to its model: configuration, scan, order, reading, linking. What follows
 * is output_render() and publication_commit(). The steps are those of kmod's depmod and in its
 * order (specification section 1.7), so problems come in the order of its messages.
 */
typedef struct RefreshOptions {
        const char *directory; /* the kernel directory */
        const char *version;   /* of the kernel */

        /* Where depmod.d files are; NULL-terminated. */
        const char *const *config_paths;
        /* Index these absolute paths instead of the directory, without configuration; NULL: don't.
         */
        char *const *files;
        size_t n_files;

        const char *symvers;    /* Module.symvers; NULL: none */
        const char *system_map; /* System.map, if there is no symvers; NULL: none */
        char symbol_prefix;     /* NUL: none */
        bool read_builtin;      /* also what the two builtin outputs are made from */
        ModuleOrderRepeat order_repeat;
        unsigned n_workers;

        /* The table that strings are interned in; NULL: that of `known`, or one of the model's own.
         */
        StringTable *strings;
        /*
         * An earlier tree of the same directory, or what a cache holds of it: files that are still
         * the same are not read again, which costs least if the table of strings is the same, too.
         * NULL: there is none. It is only read, and may be by others meanwhile.
         */
        const Tree *known;
        /*
         * Or who finds that: it may be called on another thread, beside the walk over the
         * directories. NULL: nobody.
         */
        const Tree *(*find_known)(void *userdata);
        void *known_userdata;
        /*
         * If nothing has changed since `known` was made but files of these names, paths below the
         * directory, NULL-terminated: then `known_files` are updated instead of walking over all
         * directories, and only the changed ones are looked at. Both trees have one table of
         * strings. NULL: anything may have changed.
         */
        char *const *changed;
        const ModuleFiles *known_files;
        /* Gets all module files; NULL: nobody asks. */
        ModuleFiles *files_found;
        /* When it becomes true, reading ends with -ECANCELED; may be NULL. */
        const atomic_bool *is_cancelled;
        /* Counts the files while they are read; may be NULL. */
        atomic_uint *n_steps;
        /*
         * Gets the places that the model depends on, sorted; NULL: nobody asks. It stays empty if
         * there was no walk: then they are the same as before.
         */
        PlaceList *places;
} RefreshOptions;

/* Where a refresh failed. The program words it. */
typedef enum RefreshStep {
        REFRESH_STEP_SYMBOLS, /* subject: the file */
        REFRESH_STEP_CONFIG,
        REFRESH_STEP_SCAN,
        REFRESH_STEP_FILE_PATH, /* subject: a file that is named by no absolute path */
        REFRESH_STEP_FILE, /* subject: a named file that does not exist or has no usable name */
        REFRESH_STEP_FILE_NAME, /* subject: a named file whose module name is taken; other: by which
                                 */
        REFRESH_STEP_COUNT,     /* more modules than an index can number */
        REFRESH_STEP_READ,      /* subject: the file, or NULL */
        REFRESH_STEP_LINK,
} RefreshStep;

typedef struct RefreshFailure {
        RefreshStep step;
        char *subject;
        char *other;
} RefreshFailure;

void refresh_failure_done(RefreshFailure *failure);
#define _cleanup_refresh_failure_ _cleanup_(refresh_failure_done)

/*
 * Builds the model, which has been initialised for options->directory. 0; GRAPH_HAS_CYCLE: all is
 * there but a graph that can be rendered; or a negative errno, and *ret_failure says where.
 */
int refresh_model(Model *model, const RefreshOptions *options, ProblemList *problems,
                  RefreshFailure *ret_failure);

/*
 * Finds the same places as a walk for the model would, and nothing else: who begins to watch them
 * before he makes the model misses nothing in between. 0 or a negative errno.
 */
int refresh_find_places(const RefreshOptions *options);
