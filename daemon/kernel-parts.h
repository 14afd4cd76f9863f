/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernel.h"

/*
 * The parts of a kernel's life, for kernel.c alone.
 */

/* Refresh: starts the job; its end is taken here too. */
void kernel_start_refresh(Kernel *kernel);

/* The model is that of the moment at which the last refresh began. */
void kernel_set_model_seq(Kernel *kernel);

/* Goes on watching what the last scan wants watched. True when all of it is. */
bool kernel_look(Kernel *kernel);
void kernel_release_places(Kernel *kernel);

/* Publication. */
void kernel_start_publish(Kernel *kernel);

/* If the index files are not those that are known, somebody else has touched them. */
void kernel_check_outputs(Kernel *kernel);

/* Waits longer after each failure; for how long is in retry_usec. */
void kernel_back_off(Kernel *kernel);
