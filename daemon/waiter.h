/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * A waiter is told when the model, or what is published, holds every change that was made before it
 * began to wait: the heart of "an answer is never stale".
 *
 * It begins to wait when the events that were there at that moment have been taken: its `seq` is 0
 * until then. Whoever starts it owns it, until it has been told or is stopped.
 */
typedef enum WaitFor {
        WAIT_MODEL,
        WAIT_PUBLISHED,
} WaitFor;

typedef struct Waiter {
        WaitFor what;
        char **releases; /* NULL-terminated and borrowed; NULL: all kernels */
        bool ignore_inhibitors;
        uint64_t deadline_usec; /* monotonic; 0: none */
        /*
         * Called once, and the waiter is not touched afterwards: it may be freed. `r` is 0;
         * -ENOENT: there is no such kernel; -ETIMEDOUT; -ECANCELED: the daemon ends; or why nothing
         * is known.
         */
        void (*on_ready)(struct Waiter *waiter, int r);
        void *userdata;

        /* The manager's. */
        uint64_t seq;
        struct Waiter *next;
        struct Waiter *previous;
} Waiter;
