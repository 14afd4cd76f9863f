/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

#include "index.h"

/*
 * Sorts the entries by key, then by ascending priority, then the last inserted first.
 * ret_shared[i] is how many bytes the keys of entries i - 1 and i begin with in common (0 for the
 * first); the caller frees it. 0 or -ENOMEM.
 */
int index_builder_sort(IndexBuilder *builder, uint32_t **ret_shared);
