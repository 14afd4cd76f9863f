/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/*
 * Runs independent tasks on several threads and waits for all of them.
 *
 * Task numbers are handed out in ascending order, one at a time, so a caller that knows the big
 * ones puts them first. `worker` is below n_workers and tells a task whose scratch memory it may
 * use: no two tasks run at once under one worker. The calling thread is worker 0; with one worker,
 * or where no thread can be started, everything runs in it. So the call cannot fail.
 */
void parallel_run(unsigned n_workers, size_t n_tasks,
                  void (*task)(size_t number, unsigned worker, void *userdata), void *userdata);

/* The processors that this process may run on, at least 1. */
unsigned parallel_processors(void);
