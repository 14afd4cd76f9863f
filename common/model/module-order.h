/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "problem.h"
#include "tree.h"

/*
 * The final order of a tree's modules: those that modules.order lists come first, in its order, the
 * others in that of kmod's hash table (specification section 3.6).
 */

/* A module on several lines counts at its first one (kmod 34 and newer) or at its last. */
typedef enum ModuleOrderRepeat {
        MODULE_ORDER_FIRST,
        MODULE_ORDER_LAST,
} ModuleOrderRepeat;

/* Hash order alone. 0 or -ENOMEM. */
int module_order_by_hash(Tree *tree);

/*
 * Moves what the bytes of modules.order list to the front of a tree in hash order. A line without
 * newline makes the whole file void, which is a problem. 0 or -ENOMEM.
 */
int module_order_apply(Tree *tree, const char *bytes, size_t size, ModuleOrderRepeat repeat,
                       ProblemList *problems);
