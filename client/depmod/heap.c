/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heap.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Only reserved: pages that are not touched cost nothing. */
#define HEAP_SIZE ((size_t) 64 * 1024 * 1024)
#define HUGE_PAGE_SIZE ((uintptr_t) 2 * 1024 * 1024)

#ifdef __GLIBC__

void heap_prepare(void) {
        void *volatile extend; /* or the compiler sees that nobody needs it */
        uintptr_t begin, end;

        /* As large as glibc allows: sections and buffers come from the heap, not from a mapping
         * each. */
        (void) mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024);
        (void) mallopt(M_TRIM_THRESHOLD, INT32_MAX);
        (void) mallopt(M_TOP_PAD, (int) HEAP_SIZE);
        /* A second arena would be a second heap. Threads rarely meet in malloc(), it is all
         * buffers. */
        (void) mallopt(M_ARENA_MAX, 1);

        begin = (uintptr_t) sbrk(0);
        /* More than what the libraries' constructors may have left of a first, small heap. */
        extend = malloc(HUGE_PAGE_SIZE);
        free(extend);
        end = (uintptr_t) sbrk(0);

        begin = (begin + HUGE_PAGE_SIZE - 1) & ~(HUGE_PAGE_SIZE - 1);
        if (begin < end)
                (void) madvise((void *) begin, end - begin, MADV_HUGEPAGE);
}

#else

void heap_prepare(void) {
}

#endif
