/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdlib.h>

#include "buffer.h"
#include "module.h"

/*
 * All modules of one kernel, one for each module name, and the strings that they are made of. A
 * module's position in `modules` is its index: the priority of its entries in the binary indexes.
 *
 * The tree owns the modules' lists and the strings. Adding moves the modules.
 */
typedef struct Tree {
        char *directory; /* the kernel directory that paths are relative to */
        StringTable *strings;
        uint32_t n_strings_at_first; /* when the table was last filled from nothing; 0: not yet */
        Module *modules;
        size_t count;
        size_t capacity;
        void *known_lists; /* the lists of all known modules */
} Tree;

/* The binary indexes and kmod hold no more. */
#define TREE_MODULES_MAX 65534

int tree_init(Tree *tree, const char *directory);
void tree_done(Tree *tree);

/*
 * Begins with the strings of an earlier tree under the same ids, so that records can be taken over
 * as they are: returns 1. Or with none, when half of them may be of modules that are gone: 0.
 */
int tree_inherit_strings(Tree *tree, const Tree *known);

/* Frees what a module owns. */
static inline void tree_release_module(Module *module) {
        if (!module->is_known)
                free(module->lists);
}

/* Appends a module that has a name and a path and nothing else yet. 0, -ENOMEM. */
int tree_add(Tree *tree, StringId name, StringId path, bool is_external);

static inline const char *tree_string(const Tree *tree, StringId id) {
        return string_table_get(tree->strings, id);
}

static inline const char *tree_module_name(const Tree *tree, size_t index) {
        return tree_string(tree, tree->modules[index].name);
}

static inline const char *tree_module_path(const Tree *tree, size_t index) {
        return tree_string(tree, tree->modules[index].path);
}

/*
 * The absolute path of a module, for messages: replaces the content of `path` and is
 * NUL-terminated. buffer_error() tells whether there was memory.
 */
void tree_absolute_path(const Tree *tree, size_t index, Buffer *path);
