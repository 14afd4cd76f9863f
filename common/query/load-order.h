/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "dependencies.h"

enum {
        LOAD_ORDER_WANTED = 1 << 5, /* a further bit: one of those that were asked for */
};

/* The numbers are those of the bus. */
enum {
        LOAD_ORDER_NO_SOFT = 1 << 1,
        LOAD_ORDER_NO_BUILTIN = 1 << 2, /* leave out what is inside of the kernel anyway */
};

typedef struct LoadOrder {
        FoundModules modules;
        size_t *unresolved; /* which of the names nothing has, by their place in the question */
        size_t n_unresolved;
} LoadOrder;

void load_order_done(LoadOrder *order);
#define _cleanup_load_order_ _cleanup_(load_order_done)

/*
 * What modprobe would insert for these names and aliases, in its order and each module once: the
 * dependencies of each, the last of its line first, each of them between its soft dependencies, and
 * the module itself. As modprobe does, only the first softdep of a module is followed; the
 * configuration of modprobe plays no part. The bits are those of dependencies.h, for what has led
 * to a module here, and the one above. 0 or -ENOMEM.
 */
int load_order_find(const Lookup *lookup, const char *const *names, size_t n_names, unsigned flags,
                    LoadOrder *ret_order);
