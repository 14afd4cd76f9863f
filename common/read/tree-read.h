/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>

#include "problem.h"
#include "tree.h"

typedef struct TreeReading {
        unsigned n_workers;
        const atomic_bool *is_cancelled; /* ends it with -ECANCELED when it becomes true; or NULL */
        atomic_uint *n_steps;            /* counts the files; or NULL */
} TreeReading;

/*
 * Reads the files of all modules of a tree that have not been read on several threads. A file that
 * cannot be understood is a problem, in the order of the modules, and its module stays without
 * exports or imports.
 *
 * 0, or a negative errno with which some file could not be read for no fault of its own (no memory,
 * too many open files, an I/O error): then nothing of the tree is to be used, and *ret_path, if the
 * error is about one file, is its path, a string of the tree; else NULL.
 */
int tree_read(Tree *tree, const TreeReading *how, ProblemList *problems, const char **ret_path);
