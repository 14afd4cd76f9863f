/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settle.h"

void settle_change(Settle *settle, uint64_t now_usec) {
        if (settle->first_usec == 0)
                settle->first_usec = now_usec;
        settle->last_usec = now_usec;
}

void settle_clear(Settle *settle) {
        *settle = (Settle){};
}

/* Never, rather than a time long ago. */
static uint64_t later(uint64_t usec, uint64_t span_usec) {
        uint64_t sum;

        return __builtin_add_overflow(usec, span_usec, &sum) ? UINT64_MAX : sum;
}

uint64_t settle_due_usec(const Settle *settle, const SettleLimits *limits) {
        uint64_t quiet, latest;

        if (settle->first_usec == 0)
                return UINT64_MAX;

        quiet = later(settle->last_usec, limits->quiet_usec);
        latest = later(settle->first_usec, limits->delay_max_usec);
        return quiet < latest ? quiet : latest;
}

bool settle_is_late(const Settle *settle, const SettleLimits *limits, uint64_t now_usec) {
        return settle->first_usec != 0 &&
               later(settle->first_usec, limits->delay_max_usec) <= now_usec;
}
