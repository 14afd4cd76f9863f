/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "value.h"

/*
 * The graph below a module unfolded to a tree: rows of records with "name", "path", "edges", the
 * index of the row above as "parent", and "repeated" for a module that stands unfolded in another
 * row: each is unfolded once, in the first row that names it, so cycles end and common providers
 * do not multiply.
 */

/* Gives the list of what hangs below a module, records of "name", "path", "edges". 0 or errno. */
typedef int (*ModuleTreeAsk)(void *userdata, const char *name, Value *ret_edges);

/* Appends the rows, of which the first is the module itself. 0 or a negative errno. */
int module_tree_unfold(const char *name, ModuleTreeAsk ask, void *userdata, Value *rows);
