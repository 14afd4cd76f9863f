/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdlib.h>

#include "buffer.h"
#include "module.h"

/*
 * All modules of one kernel, one for each module name, and the strings that they are made of. A
 * module's position in `modules` is its index: the priority of its entries in the binary indexes.
 *
 * The tree has references of the modules' lists and of the strings. Adding moves the modules.
 */
typedef struct Tree {
        char *directory; /* the kernel directory that paths are relative to */
        StringTable *strings;
        Module *modules;
        size_t count;
        size_t capacity;
} Tree;

/* The binary indexes and kmod hold no more. */
#define TREE_MODULES_MAX 65534

int tree_init(Tree *tree, const char *directory);
void tree_done(Tree *tree);

/* Goes on with another table of strings. Only for a tree without modules. */
void tree_set_strings(Tree *tree, StringTable *strings);

/* Gives back what a module holds. */
static inline void tree_release_module(Module *module) {
        module->lists = module_lists_unref(module->lists);
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
