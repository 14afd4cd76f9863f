/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernel.h"
#include "manager.h"

/*
 * The bus is the daemon's thin skin: it reads messages, has them authorised, asks the manager or a
 * model, and sends replies and signals. Whether there is a bus at all makes no difference to the
 * rest: without one it waits for one to appear.
 */

/* Connects, or begins to wait for a bus. The manager is borrowed. 0 or a negative errno. */
int bus_new(Bus **ret_bus, Manager *manager);
Bus *bus_free(Bus *bus);

/* The first look is over: takes the name, behind which calls may have been waiting already. */
void bus_become_ready(Bus *bus);

/* Tell others, by signals, what has changed since they were told last. */
void bus_kernel_news(Bus *bus, Kernel *kernel);
void bus_kernel_removed(Bus *bus, const Kernel *kernel);
void bus_manager_news(Bus *bus);

unsigned bus_n_inhibitors(const Bus *bus);
