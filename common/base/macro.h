/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdlib.h>

/*
 * The three things a macro may do here: clean up, take, count. None hides a return or a goto.
 */

#define _cleanup_(function) __attribute__((cleanup(function)))

/* Hands an owned pointer over: the variable is NULL afterwards, so its cleanup does nothing. */
#define TAKE_PTR(pointer)                                                                          \
        __extension__({                                                                            \
                __typeof__(pointer) *_slot = &(pointer);                                           \
                __typeof__(pointer) _taken = *_slot;                                               \
                *_slot = NULL;                                                                     \
                _taken;                                                                            \
        })

#define ELEMENTSOF(array) (sizeof(array) / sizeof((array)[0]))

static inline void freep(void *pointer) {
        free(*(void **) pointer);
}

#define _cleanup_free_ _cleanup_(freep)
