/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "lookup.h"

/* What is to be had of a module, on disk and in the running kernel. */
typedef enum ModuleState {
        MODULE_ABSENT,
        MODULE_ON_DISK,
        MODULE_BUILTIN,
        MODULE_LOADED,
        MODULE_BLOCKED,   /* on disk, and modprobe's configuration keeps it out */
        MODULE_DIFFERENT, /* loaded, but from another file than the one on disk, or that is gone */
} ModuleState;

/* Whom to ask. All is borrowed. */
typedef struct StateSource {
        const Lookup *lookup;
        const char *sysfs; /* NULL: it is not this kernel that runs, and nothing of it is loaded */
        int dir_fd;        /* of the kernel; -1: files are not compared with what is loaded */
} StateSource;

/* Of a module of the lookup. Reads its file if it is loaded, so it is for a job. */
ModuleState module_state_of(const StateSource *source, uint32_t module);

/*
 * Of a name that the lookup does not have: of which nothing is on disk. 0 or -ENOMEM.
 */
int module_state_of_missing(const StateSource *source, const char *name, ModuleState *ret_state);

/* "absent", "on-disk", "builtin", "loaded", "blocked", "different" */
const char *module_state_code(ModuleState state);
