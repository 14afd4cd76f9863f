/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"

/* The bits of a dependency: why it is one. The numbers are those of the bus. */
enum {
        DEPENDENCY_HARD = 1 << 0, /* a symbol */
        DEPENDENCY_SOFT_PRE = 1 << 1,
        DEPENDENCY_SOFT_POST = 1 << 2,
        DEPENDENCY_WEAK = 1 << 3,
        DEPENDENCY_BUILTIN = 1 << 4, /* the dependency is inside of the kernel */
};

/* Which of them are asked for; hard ones always are. The numbers are those of the bus. */
enum {
        DEPENDENCIES_TRANSITIVE = 1 << 1, /* also those of dependencies */
        DEPENDENCIES_SOFT = 1 << 2,
        DEPENDENCIES_WEAK = 1 << 3,
};

/*
 * What a module needs: its hard dependencies in the order of its line in modules.dep, which loaders
 * follow from the end to the beginning, then the others as they are met. The bits tell all the
 * edges between modules of the answer that lead to this one. A soft dependency on an alias is one
 * on each module that has it; what a softdep names and nothing has is left out. 0 or -ENOMEM.
 */
int dependencies_find(const Lookup *lookup, uint32_t module, unsigned flags,
                      FoundModules *ret_dependencies);

/* Which modules need a module, in final order. 0 or -ENOMEM. */
int dependents_find(const Lookup *lookup, uint32_t module, unsigned flags,
                    FoundModules *ret_dependents);
