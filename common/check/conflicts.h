/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernel-exports.h"
#include "lookup.h"

/* Two that claim the same place in the kernel. */
typedef enum ConflictKind {
        CONFLICT_EXPORT,  /* two export one symbol: the kernel takes only one of them */
        CONFLICT_BUILTIN, /* a module file of a module that is inside of the kernel, too */
} ConflictKind;

typedef struct Conflict {
        ConflictKind kind;
        const char *name; /* of the symbol, of the module */
        const char *path;
        const char *winner; /* the path of the symbol's provider; "" for the kernel itself */
} Conflict;

typedef struct Conflicts {
        Conflict *items;
        size_t count;
        size_t capacity;
} Conflicts;

void conflicts_done(Conflicts *conflicts);
#define _cleanup_conflicts_ _cleanup_(conflicts_done)

/*
 * All conflicts of a kernel: those of symbols by the final order of the files that lose, then those
 * of builtin modules by that of the files. What the kernel itself exports is known from the files
 * that its build has left, where there are any. Strings are the model's. 0 or -ENOMEM.
 */
int conflicts_find(const Lookup *lookup, const KernelExports *exports, Conflicts *ret_conflicts);

/* The stable name of a kind: "duplicate-export", "also-builtin". */
const char *conflict_code(ConflictKind kind);
