/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"

/* A module that an alias stands for. */
typedef struct Resolution {
        uint32_t module;
        const char *name;
        const char *path;    /* "" for a builtin one */
        const char *pattern; /* as the module has it; the question itself if that is a name */
} Resolution;

typedef struct Resolutions {
        Resolution *items;
        size_t count;
        size_t capacity;
} Resolutions;

void resolutions_done(Resolutions *resolutions);
#define _cleanup_resolutions_ _cleanup_(resolutions_done)

typedef enum ResolveMode {
        RESOLVE_ALL,      /* the modules of the tree and the builtin ones */
        RESOLVE_MODPROBE, /* the builtin ones only if there is none in the tree */
} ResolveMode;

/*
 * The modules that answer to an alias, in the order in which modprobe loads them: those of the tree
 * in final order, then the builtin ones. Each stands once, with the first of its patterns that
 * matches. A module's name, and "symbol:" with an exported symbol, stand for that module alone.
 *
 * 0, also when there is none; -EINVAL: the alias's brackets are not balanced; -ENOMEM.
 */
int resolve_alias(const Lookup *lookup, const char *alias, ResolveMode mode,
                  Resolutions *ret_resolutions);

/* The same as modprobe does it, and cheaper, of a name in a softdep or weakdep of the tree. */
int resolve_softdep(const Lookup *lookup, const char *name, Resolutions *ret_resolutions);
