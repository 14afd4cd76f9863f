/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "give-back.h"

#include <malloc.h>

#ifdef __GLIBC__

void give_back_prepare(void) {
        /*
         * The library would keep ever more, as it raises its limits. A lower one, of what is mapped
         * by itself and so goes back when it is freed, leaves fewer holes.
         */
        (void) mallopt(M_MMAP_THRESHOLD, 64 * 1024);
        (void) mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}

void give_back(void) {
        (void) malloc_trim(0);
}

#else

void give_back_prepare(void) {
}

void give_back(void) {
}

#endif
