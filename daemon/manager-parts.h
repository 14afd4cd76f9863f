/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "manager.h"

/*
 * The parts of the manager's work, for its own files alone.
 */

/* Priorities in the event loop; 0 is that of inotify and mounts, which come before everything. */
#define PRIORITY_JOBS 5
#define PRIORITY_BUS 10
#define PRIORITY_TURN 20

void manager_request_turn(void *manager);
void manager_find_neighbours(const Kernel *kernel, const Kernel *ret_neighbours[2], void *manager);
int manager_turn(sd_event_source *source, void *manager);

/* The directory in which kernels lie: finds out which there are. 0 or -ENOMEM. */
int manager_scan_root(Manager *manager);
void manager_release_root(Manager *manager);

/* Reads depmodd.conf, and watches where it is read from. 0 or a negative errno. */
int manager_read_settings(Manager *manager);

/* Is what cannot be written to read-only for us alone? */
bool manager_is_trapped(const Manager *manager);

/* Takes what the watch and the mount table report. */
void manager_take_change(const WatchChange *change, void *manager);
void manager_take_mounts(void *manager);
bool manager_is_mount_relevant(const char *mount_point, void *manager);

void manager_mark_all(Manager *manager);
