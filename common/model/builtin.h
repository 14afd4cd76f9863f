/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "problem.h"
#include "tree.h"

/*
 * The modules inside of the kernel image, from the two files that a kernel build leaves in the
 * kernel directory: modules.builtin and modules.builtin.modinfo (specification section 6.6).
 *
 * Strings belong to the tree's table. What is wrong with the files is kept with what was read of
 * them, because it is reported when the files are rendered that they are made into.
 */
typedef struct BuiltinAlias {
        StringId alias;  /* raw */
        StringId module; /* as written, not normalised */
} BuiltinAlias;

typedef struct Builtin {
        uint64_t source; /* stands for the content of the files; 0: none has been read */
        bool has_names;  /* modules.builtin exists; else its index is a file of no bytes */
        ProblemList names_problems;
        StringId *names;
        size_t n_names;
        size_t names_capacity;
        bool has_modinfo; /* the same for modules.builtin.modinfo */
        ProblemList modinfo_problems;
        BuiltinAlias *aliases;
        size_t n_aliases;
        size_t aliases_capacity;
} Builtin;

void builtin_done(Builtin *builtin);

/*
 * Lines that do not begin with a letter, and fields that are too long, are problems and passed
 * over. 0, -ENOMEM, -EOVERFLOW.
 */
int builtin_parse_names(Builtin *builtin, Tree *tree, const char *bytes, size_t size);
int builtin_parse_modinfo(Builtin *builtin, Tree *tree, const char *bytes, size_t size);
