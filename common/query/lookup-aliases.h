/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "alias-index.h"
#include "lookup.h"
#include "mutex.h"
#include "soft-names.h"

/*
 * The aliases of a lookup. Few kernels are ever asked for one, and sorting all of them takes time
 * and memory: so that is done for who asks first, and for each model that follows one that was
 * asked.
 */
typedef struct Aliases {
        AliasIndex of_tree;
        AliasIndex of_builtins;
} Aliases;

typedef struct LookupAliases {
        Mutex mutex; /* for the two that follow */
        bool is_built;
        Aliases all;
        Aliases of_softdeps; /* all that may match a name in a softdep or weakdep, from the start */
        SoftNames names;     /* these names */
} LookupAliases;

int lookup_aliases_init(LookupAliases *aliases);
void lookup_aliases_done(LookupAliases *aliases);

/*
 * Builds what every lookup has, when its names are there; and all of them if `before`, which may be
 * NULL, has all. 0 or -ENOMEM.
 */
int lookup_aliases_build(Lookup *lookup, const Lookup *before);

/* All aliases. Any thread may ask. 0 or -ENOMEM. */
int lookup_get_aliases(const Lookup *lookup, const Aliases **ret_aliases);
