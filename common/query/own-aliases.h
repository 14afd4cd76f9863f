/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"

/*
 * The aliases of a module, as its file or, for one that is part of the kernel, the kernel's build
 * has them. The array is the caller's, to be freed. 0 or -ENOMEM.
 */
int own_aliases_find(const Lookup *lookup, uint32_t module, StringId **ret_aliases,
                     size_t *ret_count);
