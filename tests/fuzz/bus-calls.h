/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

/*
 * Makes method calls out of any bytes: of methods that there are, mostly, with arguments of the
 * types that they take, mostly; and hands them to `on_call`.
 */
void bus_calls_make(sd_bus *bus, const uint8_t *bytes, size_t size,
                    void (*on_call)(sd_bus_message *message, void *userdata), void *userdata);
