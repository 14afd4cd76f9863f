/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "depmod-config.h"
#include "place.h"
#include "problem.h"
#include "tree.h"

/*
 * All module files of a kernel, in the order in which a walk over its directories meets them: also
 * those that lose to another one of the same module name. Strings are ids of the tree's table.
 */
typedef struct ModuleFile {
        StringId name; /* of the module */
        StringId path; /* as printed: below the kernel directory, or absolute if external */
        bool is_external;
        bool is_link;
} ModuleFile;

/* Zeroed at first. */
typedef struct ModuleFiles {
        ModuleFile *items;
        size_t count;
        size_t capacity;
        bool needs_walk; /* it met a problem, or the tree's directory holds an external one */
} ModuleFiles;

void module_files_done(ModuleFiles *files);
#define _cleanup_module_files_ _cleanup_(module_files_done)

/*
 * Walks over the tree's directory and over the external directories of the configuration. What
 * cannot be looked at is a problem; where it has looked is added to `places`, unless that is NULL.
 * 0; the negative errno with which the tree's own directory could not be opened; -ENOMEM.
 */
int module_files_walk(ModuleFiles *files, const Tree *tree, const Config *config, PlaceList *places,
                      ProblemList *problems);

/* Makes the strings those of another table. 0, -ENOMEM, -EOVERFLOW. */
int module_files_move(ModuleFiles *files, StringTable *to, const StringTable *from);

/*
 * The same without a walk, where nothing has changed since `known` but files of some names, which
 * are paths below the tree's directory. 1; 0 if only a walk can tell; or a negative errno.
 */
int module_files_update(ModuleFiles *files, const Tree *tree, const Config *config,
                        const ModuleFiles *known, char *const *changed);

/* The module name of a file, interned: 0, -ENAMETOOLONG, -ENOMEM, -EOVERFLOW. */
int module_file_intern_name(const Tree *tree, const char *path, Buffer *name, StringId *ret_id);

/* Is this the name of a module file: *.ko, *.ko.gz, *.ko.xz or *.ko.zst? */
bool module_file_is_one(const char *name);

/* Where the path below the tree's directory begins; NULL if it is not below it. */
const char *module_file_below(const Tree *tree, const char *path);
