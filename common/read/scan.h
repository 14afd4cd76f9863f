/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "module-files.h"

/*
 * Which module files there are: the names and paths of a tree's modules, and of several files of
 * one module name the one with the highest rank (specification sections 2.5, 2.6 and 3). Nothing is
 * read of the files yet.
 */

/*
 * Fills an empty tree from its directory and from the external directories of the configuration.
 * What cannot be looked at, and each file that loses to another, is a problem. Where it has looked
 * is added to `places`, unless that is NULL. 0; the negative errno with which the tree's own
 * directory could not be opened; -ENOMEM.
 */
int scan_tree(Tree *tree, const Config *config, PlaceList *places, ProblemList *problems);

/* The same from files that are known already. 0 or -ENOMEM. */
int scan_choose(Tree *tree, const ModuleFiles *files, const Config *config, ProblemList *problems);

/*
 * Adds one file by its absolute path, with any ending, for a run over named files. 0; -EEXIST if
 * there is a module of its name already, whose index is then in *ret_index; -ENOMEM, -ENAMETOOLONG.
 */
int scan_add_file(Tree *tree, const char *path, size_t *ret_index);
