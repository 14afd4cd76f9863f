/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Takes from a process, for good, what it does not need to read foreign files: it shall do no harm
 * whatever they make of it.
 */
typedef struct Confinement {
        const int *fds; /* all that stay open, apart from the standard three; ascending */
        size_t n_fds;
        bool opens_files;        /* for reading, below a directory that is among them */
        bool keeps_capabilities; /* the process belongs to who has asked */
        unsigned cpu_seconds;    /* that it may compute; it may take no longer in all than below */
} Confinement;

#define CONFINE_SECONDS 20

/*
 * Closes all other descriptors; sets limits of memory and time; gives capabilities up; and then
 * forbids all system calls but those that read, allocate, write to what is open, and exit. To be
 * called in a process of its own with one thread. 0 or a negative errno: then it must not go on.
 */
int confine(const Confinement *how);
