/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heap.h"

#include <malloc.h>
#include <stdint.h>

/* Only reserved: pages that are not touched cost nothing. */
#define HEAP_SIZE (64 * 1024 * 1024)

#ifdef __GLIBC__

/*
 * No huge pages: one is cleared in 0.1 ms where it has been used before and in up to 6 ms where a
 * virtual machine has to get it from its host first, and a dozen of them would be touched.
 */
void heap_prepare(void) {
        /* As large as glibc allows: sections and buffers come from the heap, not from a mapping
         * each. */
        (void) mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024);
        (void) mallopt(M_TRIM_THRESHOLD, INT32_MAX);
        (void) mallopt(M_TOP_PAD, HEAP_SIZE);
        /* A second arena would be a second heap. Threads rarely meet in malloc(), it is all
         * buffers. */
        (void) mallopt(M_ARENA_MAX, 1);
}

#else

void heap_prepare(void) {
}

#endif
