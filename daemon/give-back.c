/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "give-back.h"

#include <malloc.h>

#ifdef __GLIBC__

void memory_prepare(void) {
        /* The library would keep ever more: these limits are its own, but it raises them. */
        (void) mallopt(M_MMAP_THRESHOLD, 128 * 1024);
        (void) mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}

void memory_give_back(void) {
        (void) malloc_trim(0);
}

#else

void memory_prepare(void) {
}

void memory_give_back(void) {
}

#endif
