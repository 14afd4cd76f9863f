/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model.h"

/*
 * A lookup makes questions over one linked model cheap: what depends on a module, which aliases
 * begin like this one, who exports a symbol. It is built once for each model, by any thread, and
 * then only read, so any number of threads may ask at once. A single question costs microseconds
 * and memory of its own.
 *
 * The model is borrowed: it must not change and must outlive the lookup and all answers, whose
 * strings are the model's.
 *
 * Modules are numbers: those of the tree by their index, and behind them the modules that are
 * inside of the kernel.
 */
typedef struct Lookup Lookup;

/*
 * `before` is the lookup over the model that this one was made after, which makes it cheaper, or
 * NULL. It is not needed afterwards. 0 or -ENOMEM.
 */
int lookup_new(Lookup **ret_lookup, const Model *model, const Lookup *before);
Lookup *lookup_free(Lookup *lookup);

static inline void lookup_freep(Lookup **lookup) {
        lookup_free(*lookup);
}

const Model *lookup_model(const Lookup *lookup);

/* How many modules there are, and how many of them are the tree's. */
uint32_t lookup_count(const Lookup *lookup);
uint32_t lookup_tree_count(const Lookup *lookup);

bool lookup_is_builtin(const Lookup *lookup, uint32_t module);
const char *lookup_name(const Lookup *lookup, uint32_t module);
const char *lookup_path(const Lookup *lookup, uint32_t module); /* "" for a builtin one */

enum {
        LOOKUP_NOT_FOUND = 1,
};

/*
 * Finds a module by its name, where '-' and '_' mean the same. If one of the tree and a builtin one
 * have it, that is the tree's. 0, LOOKUP_NOT_FOUND or -ENOMEM.
 */
int lookup_find_name(const Lookup *lookup, const char *name, uint32_t *ret_module);

/* Finds a module of the tree by its path, below the kernel directory or absolute. Cannot fail. */
int lookup_find_path(const Lookup *lookup, const char *path, uint32_t *ret_module);

/*
 * Finds a module by what a person may call it: its name, its path, its file's name with the ending
 * of a compression or without, or an alias, for which the first module counts that modprobe would
 * load. 0, LOOKUP_NOT_FOUND or -ENOMEM.
 */
int lookup_find(const Lookup *lookup, const char *text, uint32_t *ret_module);

/* A module in an answer. What `bits` mean the question says. */
typedef struct FoundModule {
        uint32_t module;
        uint32_t bits;
        const char *name;
        const char *path; /* "" for a builtin one */
} FoundModule;

/* Zeroed before the question. */
typedef struct FoundModules {
        FoundModule *items;
        size_t count;
        size_t capacity;
} FoundModules;

void found_modules_done(FoundModules *found);
#define _cleanup_found_modules_ _cleanup_(found_modules_done)

/* Appends a module. 0 or -ENOMEM. */
int found_modules_add(FoundModules *found, const Lookup *lookup, uint32_t module, uint32_t bits);
