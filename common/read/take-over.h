/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "known-looks.h"
#include "tree.h"

/*
 * What is already known of a kernel's modules from an earlier tree: a file that has the stat key
 * that it had when it was read need not be read again.
 */

/*
 * Gives the modules of a tree that has been scanned the records that they had in an earlier one, as
 * far as their files are the same. Records are shared if both trees have one table of strings.
 *
 * `changed` are the paths, below the tree's directory and NULL-terminated, of all files that may
 * not be the same; NULL: all are to be looked at, but for those that `looks`, which may be NULL,
 * has found the same. 0 or a negative errno: -ENOMEM, -EOVERFLOW, that of opening the directory.
 */
int tree_take_over(Tree *tree, const Tree *known, char *const *changed, const KnownLooks *looks,
                   unsigned n_workers);
