/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

/*
 * Parses a span of time as systemd.time(7) writes it, "250ms" or "1min 30s"; a number without a
 * unit is seconds. Units are us, ms, s, sec, min, m, h, hr. 0 or -EINVAL.
 */
int usec_parse(const char *text, uint64_t *ret_usec);

/* The clock that only goes forward, and that of the wall. */
uint64_t usec_monotonic(void);
uint64_t usec_realtime(void);
