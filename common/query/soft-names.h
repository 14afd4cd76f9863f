/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "lookup.h"

/*
 * The names in all softdeps and weakdeps that no module of the tree has: aliases of something. They
 * are few, so by how they begin nearly all aliases can be passed over that match none of them.
 */
typedef struct SoftNames {
        uint64_t bits[65536 / 64]; /* by the two bytes that one of them begins with */
        bool is_empty;
        bool has_short; /* one of less than two bytes */
} SoftNames;

/* The names of the lookup are there already. 0 or -ENOMEM. */
int soft_names_gather(SoftNames *names, const Lookup *lookup);

/* May this alias, as a module has it, match one of them? False only if it cannot. */
bool soft_names_may_match(const SoftNames *names, const char *alias);
