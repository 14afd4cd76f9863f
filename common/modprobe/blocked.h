/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pulls.h"

/*
 * Is a module truly blocked? Every way in which modprobe could come to insert it is tried: asking
 * for it and for each module that pulls it in, by name and by one of its aliases. What is loaded
 * already plays no part, and insmod(8) and what a command does are beyond this.
 */
typedef enum BlockedVerdict {
        BLOCKED_BUILTIN,    /* part of the kernel: nothing can keep it out */
        BLOCKED_OPEN,       /* an alias loads it, so a device or the kernel may */
        BLOCKED_UNKNOWN,    /* a command decides */
        BLOCKED_ON_REQUEST, /* only who asks for a module by its name loads it */
        BLOCKED_FULLY,
} BlockedVerdict;

typedef enum WayResult {
        WAY_STOPPED,
        WAY_UNKNOWN, /* a command decides */
        WAY_LOADS,
} WayResult;

typedef struct BlockedWay {
        uint32_t module;   /* that is asked for */
        const char *name;  /* of it */
        const char *alias; /* an example of those that it is asked for by; NULL: by its name */
        WayResult result;
        const char *obstacle;     /* the module that stops it, or whose command decides */
        const ModprobeRule *rule; /* by which; NULL: there is none */
} BlockedWay;

typedef struct Blocked {
        BlockedVerdict verdict;
        BlockedWay *ways;
        size_t count;
        size_t capacity;
} Blocked;

void blocked_done(Blocked *blocked);
#define _cleanup_blocked_ _cleanup_(blocked_done)

/* Strings are those of the prober. 0 or -ENOMEM. */
int blocked_find(Prober *prober, const Pulls *pulls, uint32_t module, Blocked *ret_blocked);

/* What a command does, from its text alone. */
typedef enum CommandEffect {
        COMMAND_UNKNOWN,
        COMMAND_FAILS,   /* false, exit 1 */
        COMMAND_NOTHING, /* true, :, exit 0: succeeds, and loads nothing */
} CommandEffect;

CommandEffect command_effect(const char *command);
