/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tree.h"

/*
 * What the modules of a tree should have been built for: one odd module among thousands is the one
 * that will not load. The release in vermagic, its first word, has to be the kernel's version; the
 * flags behind it are those of most of the modules that have this release, the machine is that of
 * most modules. Without a majority, of more than half, nobody knows which ones are the odd ones,
 * and none differs.
 *
 * Borrows the tree and the version, and strings of the tree: nothing may be interned meanwhile.
 */
typedef struct Majority {
        const Tree *tree;
        const char *version; /* not NUL-terminated if it is a module's; NULL: nobody knows */
        size_t version_size;
        const char *flags; /* NULL: no majority */
        ModuleMachine machine;
} Majority;

/* `version` may be NULL if it is not known: then it is that of most modules. */
void majority_find(Majority *ret_majority, const Tree *tree, const char *version);

/*
 * True if the module differs; then `expected` says from what. A module without vermagic, or that
 * could not be read, does not differ.
 */
bool majority_differs_in_machine(const Majority *majority, const Module *module, char *expected,
                                 size_t size);
bool majority_differs_in_vermagic(const Majority *majority, const Module *module, char *expected,
                                  size_t size);

/* "x86-64 (64 bit, little-endian)" */
void majority_format_machine(ModuleMachine machine, char *text, size_t size);
