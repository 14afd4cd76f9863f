/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <systemd/sd-event.h>

#include "kernel.h"
#include "waiter.h"

/*
 * The manager owns everything and wires it: which kernels there are, whose turn it is, who waits
 * for what. It decides nothing that one kernel can decide.
 *
 * Its work is done in turns. Whatever happens only leaves a note and asks for a turn, which comes
 * when all events that are already there have been taken; so whoever asks a question and waits for
 * the turn has all earlier changes behind him.
 */
typedef struct Bus Bus;
typedef struct EndLimit EndLimit;
typedef struct Mounts Mounts;
typedef struct Manager Manager;

struct Manager {
        Settings *settings;
        sd_event *event;
        Site site;
        Mounts *mounts;
        Kernel **kernels; /* sorted by release */
        size_t n_kernels;
        size_t kernels_capacity;
        char *running_release;
        Bus *bus;

        sd_event_source *turn;
        sd_event_source *timer;
        sd_event_source *signals[3];

        PlaceList root_places; /* of the directory in which kernels lie, and the way to it */
        char *real_path;       /* of the directory of kernels, without links; NULL: there is none */
        bool is_root_changed;
        uint64_t root_device; /* of the directory of kernels when we began; 0: there was none */
        uint64_t root_inode;
        bool is_root_scanning;     /* not all of these places can be watched */
        PlaceList settings_places; /* of depmodd.conf */
        bool are_settings_changed;
        bool are_settings_scanned; /* where they are cannot be watched */
        uint64_t scan_usec;        /* the next look at what cannot be watched */

        Waiter *waiters;
        unsigned n_waiters;
        bool is_ready;
        bool is_stopping;
        int exit_status;
        EndLimit *end_limit;
        uint64_t start_usec;
        uint64_t n_works_trimmed; /* after how much work memory was last given back */
};

/* The settings are borrowed. 0 or a negative errno. */
int manager_new(Manager **ret_manager, Settings *settings);
Manager *manager_free(Manager *manager);

static inline void manager_freep(Manager **manager) {
        manager_free(*manager);
}

/* Until a signal or the end of a private bus. The exit status. */
int manager_run(Manager *manager);

/*
 * Ends the loop. From now on the process has some seconds left: what hangs then, a file system or a
 * client that does not read, is not waited for.
 */
void manager_stop(Manager *manager, int exit_status);

/*
 * The kernel of this release; NULL if there is no such directory. One that has just been made is
 * found, too, though nothing is known of it yet.
 */
Kernel *manager_find_kernel(Manager *manager, const char *release);

/* Starts to wait; on_ready is never called before this returns. */
void manager_wait(Manager *manager, Waiter *waiter);
void manager_stop_waiting(Manager *manager, Waiter *waiter);

/* Reads depmodd.conf and depmod.d again. 0 or a negative errno. */
int manager_reload(Manager *manager);

/* "starting", "idle", "busy" or "degraded". */
const char *manager_state(const Manager *manager);

/* "inotify", or "scan" where not everything can be watched. */
const char *manager_watching(const Manager *manager);

/* Somebody wants no publication in the background, or does not any more. */
void manager_change_inhibitors(Manager *manager, int change);
