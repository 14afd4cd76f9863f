/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "jobs.h"
#include "settings.h"
#include "string-table.h"
#include "watch.h"

/*
 * What all kernels of a daemon share. The manager owns it.
 *
 * Moments are numbered: each change that is noticed, anywhere, gets the next number of `seq`. So "a
 * model of moment 7" holds all changes up to number 7, and whoever asks at moment 9 has to wait for
 * a model of moment 9 or for one that no later change concerns.
 */
typedef struct Statistics {
        uint64_t refreshes;
        uint64_t refreshed_modules; /* module files that were read */
        uint64_t publications;      /* that wrote something */
        uint64_t published_files;
        uint64_t adoptions; /* what others wrote and was right */
        uint64_t repairs;   /* what others wrote and was wrong */
        uint64_t questions;
        uint64_t longest_turn_usec;
} Statistics;

typedef struct Kernel Kernel;

typedef struct Site {
        const Settings *settings;
        Jobs *jobs;
        Watch *watch;         /* NULL: nothing is watched, everything is looked at once */
        StringTable *strings; /* see site-strings.h */
        uint64_t n_strings;   /* that all snapshots together consist of, each by itself */
        uint64_t seq;
        bool is_background;      /* publish without being asked */
        bool is_scanning;        /* not everything can be watched: look at everything when asked */
        atomic_bool is_stopping; /* jobs need not finish */
        unsigned n_inhibitors;
        const char *running_release;
        Statistics statistics;

        /*
         * The nearest kernels before and behind one that have a model, as those are most like it;
         * NULL: there is none. Without this function there are none at all.
         */
        void (*find_neighbours)(const Kernel *kernel, const Kernel *ret_neighbours[2],
                                void *userdata);
        /* Asks for a turn of the manager, after all events that are already there. */
        void (*request_turn)(void *userdata);
        void *userdata;
} Site;
