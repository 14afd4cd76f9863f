/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"
#include "problem.h"

/* The bits of a listed module: the severities of the problems that its file has. */
enum {
        MODULE_HAS_INFO = 1 << 0,
        MODULE_HAS_WARNING = 1 << 1,
        MODULE_HAS_ERROR = 1 << 2,
};

/*
 * The modules whose names match a glob (fnmatch(3), '-' and '_' mean the same), or all if it is
 * empty: those of the tree in final order, then the builtin ones. A problem counts for the module
 * whose path it has; `problems` may be NULL.
 *
 * 0; -EINVAL: the glob's brackets are not balanced; -ENOMEM.
 */
int module_list(const Lookup *lookup, const char *glob, const ProblemList *problems,
                FoundModules *ret_modules);
