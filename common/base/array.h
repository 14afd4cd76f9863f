/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/*
 * Growth of a plain C array that its owner declares as three fields: items, count, capacity.
 * Capacity doubles, so that appending n elements costs O(n).
 */

/* Makes room for at least n_needed elements. 0 or -ENOMEM; on failure nothing has changed. */
int array_reserve(void **items, size_t *capacity, size_t n_needed, size_t item_size);

#define ARRAY_RESERVE(items, capacity, n_needed)                                                   \
        array_reserve((void **) &(items), &(capacity), (n_needed), sizeof(*(items)))
