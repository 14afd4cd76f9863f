/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * The clock of a burst of changes: when is it quiet enough to publish? Quiet means that no change
 * came for a while; but a stream of changes that never pauses does not put it off for ever.
 *
 * Times are microseconds of a monotonic clock, 0 is never. A zeroed struct has seen no change.
 */
typedef struct Settle {
        uint64_t first_usec; /* of the changes since the last publication began */
        uint64_t last_usec;
} Settle;

typedef struct SettleLimits {
        uint64_t quiet_usec;
        uint64_t delay_max_usec;
} SettleLimits;

void settle_change(Settle *settle, uint64_t now_usec);

/* Forgets the changes: they are being published. */
void settle_clear(Settle *settle);

/* When to publish; UINT64_MAX without a change. */
uint64_t settle_due_usec(const Settle *settle, const SettleLimits *limits);

static inline bool settle_is_due(const Settle *settle, const SettleLimits *limits,
                                 uint64_t now_usec) {
        return settle_due_usec(settle, limits) <= now_usec;
}

/* Has it been put off for as long as it may be? */
bool settle_is_late(const Settle *settle, const SettleLimits *limits, uint64_t now_usec);
