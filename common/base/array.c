/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "array.h"

#include <errno.h>
#include <stdlib.h>

#include "macro.h"

int array_reserve(void **items, size_t *capacity, size_t n_needed, size_t item_size) {
        size_t wanted = *capacity;
        void *grown;

        if (n_needed <= *capacity)
                return 0;

        if (wanted < 8)
                wanted = 8;
        while (wanted < n_needed) {
                if (__builtin_mul_overflow(wanted, (size_t) 2, &wanted))
                        return -ENOMEM;
        }

        grown = reallocarray(*items, wanted, item_size);
        if (!grown)
                return -ENOMEM;

        *items = grown;
        *capacity = wanted;
        return 0;
}
