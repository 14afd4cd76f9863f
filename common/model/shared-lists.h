/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tree.h"

/*
 * The modules of one kernel say mostly what those of another one of the same family say: then their
 * lists need not be in memory twice. Both functions are to be called before others use the tree.
 */

/*
 * Wherever a module of `other` has the same path and its lists are the same, word for word, the
 * tree's module gets these instead of its own. Both trees have one table of strings, and `other`
 * has been through tree_settle_lists(). Known modules are looked at only with `all`. 0 or -ENOMEM.
 */
int tree_share_lists(Tree *tree, const Tree *other, bool all);

/*
 * Gives each module that shares its lists with no other tree new ones. So they lie behind each
 * other, and not where the threads that read them have left holes between; and no block is left
 * that all of them would have to leave before it is given back. 0 or -ENOMEM.
 */
int tree_settle_lists(Tree *tree);
