/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <systemd/sd-bus.h>

#include "bus.h"

/*
 * May the sender of a message do this? Root and the daemon's own user may, and whoever has started
 * a private instance; everybody else if polkit says so. The question to polkit does not block.
 */

/*
 * 1: yes. 0: polkit is being asked: return 1 from the handler, the message will be handed to it
 * again with the answer. Negative: no, with the error set; where there is no polkit, too.
 */
int access_check(Bus *bus, sd_bus_message *message, const char *action, sd_bus_error *error);

/* The message will not be taken up again: what polkit says of it does not matter any more. */
void access_forget(Bus *bus, sd_bus_message *message);
