/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <systemd/sd-bus.h>

#include "remote.h"

/*
 * What the files of the remote share, and nobody else sees.
 */
struct Remote {
        sd_bus *bus;
        const char *destination; /* NULL: there is but one on the other side */
        bool is_private;
        char *reason; /* NULL: nothing has failed, or there was no memory to say what */

        RemoteOnWait on_wait;
        void *userdata;
};

static inline void message_unrefp(sd_bus_message **message) {
        sd_bus_message_unref(*message);
}

#define _cleanup_message_ _cleanup_(message_unrefp)
#define _cleanup_bus_error_ _cleanup_(sd_bus_error_free)

/* Keeps the sentence for remote_reason() and returns r. */
__attribute__((format(printf, 3, 4))) int remote_fail(Remote *remote, int r, const char *format,
                                                      ...);

/*
 * The daemon on this machine's system bus, which must run; with `start` it is started if the bus
 * knows how. 0 or a negative errno: then somebody else is to be asked.
 */
int remote_open_daemon(Remote *remote, bool start);

/* Starts a private instance. */
int remote_open_private(Remote *remote, const RemoteTarget *target);

/* Reads what is left of a message, or of the container that was entered, into a record. */
int remote_value_read(sd_bus_message *message, const Shape *shape, Value *value);
