/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <systemd/sd-event.h>

#include "temp-tree.h"
#include "test-case.h"
#include "usec.h"

/* An event loop that runs only when a test says so. */
#define _cleanup_loop_ _cleanup_(sd_event_unrefp)

static inline sd_event *loop_new(void) {
        sd_event *event;

        assert_true(sd_event_new(&event) >= 0);
        return event;
}

/* Takes all events that are there, and does not wait for others. */
static inline void loop_drain(sd_event *event) {
        int r;

        do {
                r = sd_event_run(event, 0);
                assert_true(r >= 0);
        } while (r > 0);
}

/* Fails if it does not become true within a long time. */
static inline void loop_until(sd_event *event, bool (*is_true)(void *userdata), void *userdata) {
        uint64_t end = usec_monotonic() + 20000000;

        while (!is_true(userdata)) {
                assert_true(usec_monotonic() < end);
                assert_true(sd_event_run(event, 100000) >= 0);
        }
}
