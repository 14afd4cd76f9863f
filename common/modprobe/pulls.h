/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "prober.h"

/*
 * Which modules pull in a module: by symbols, by the softdep that modprobe follows, or by a
 * weakdep, which modprobe does not follow but those who build an image do. Modules that only the
 * configuration names are among them, since a softdep of one is followed, too.
 */
typedef struct Pull {
        uint32_t from; /* pulls the other in */
        uint32_t to;
        unsigned bits; /* DEPENDENCY_HARD and its like, of all edges between the two */
} Pull;

typedef struct Pulls {
        Pull *items; /* by the module that is pulled in, then by that which pulls */
        size_t count;
        size_t capacity;
        uint32_t *starts; /* by the module that is pulled in */
        uint32_t n_modules;
} Pulls;

/* 0 or -ENOMEM. */
int pulls_build(Pulls *ret_pulls, Prober *prober);
void pulls_done(Pulls *pulls);
#define _cleanup_pulls_ _cleanup_(pulls_done)

static inline const Pull *pulls_get(const Pulls *pulls, uint32_t module, size_t *ret_count) {
        *ret_count = pulls->starts[module + 1] - pulls->starts[module];
        return pulls->items + pulls->starts[module];
}

/* One of the modules that pull in a module, directly or through others. */
typedef struct Puller {
        uint32_t module;
        uint32_t next;     /* the module that it pulls in, one step nearer */
        unsigned bits;     /* by which */
        unsigned distance; /* 1: directly */
} Puller;

typedef struct Pullers {
        Puller *items; /* the nearest first */
        size_t count;
        size_t capacity;
} Pullers;

/* Through edges of these kinds only. 0 or -ENOMEM. */
int pullers_find(const Pulls *pulls, uint32_t module, unsigned kinds, Pullers *ret_pullers);
void pullers_done(Pullers *pullers);
#define _cleanup_pullers_ _cleanup_(pullers_done)
