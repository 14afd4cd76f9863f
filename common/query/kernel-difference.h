/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"

/*
 * What another kernel has that this one has not, and the reverse. Strings are those of the two
 * models.
 */
typedef enum KernelChangeKind {
        KERNEL_CHANGE_GONE,    /* the old one has it, the new one has not */
        KERNEL_CHANGE_NEW,     /* the reverse */
        KERNEL_CHANGE_MOVED,   /* a module lies in another directory, or has another file name */
        KERNEL_CHANGE_BUILTIN, /* a module is part of the kernel now */
        KERNEL_CHANGE_MODULE,  /* and the reverse: it has to be loaded now */
        KERNEL_CHANGE_CRC,     /* a symbol has another CRC */
} KernelChangeKind;

/* A module, a symbol or an alias. */
typedef struct KernelChange {
        KernelChangeKind kind;
        const char *name;
        const char
                *old; /* path of a module, provider of a symbol, module of an alias; "" if none */
        const char *new;
        uint32_t old_crc; /* of a symbol; 0: not known */
        uint32_t new_crc;
} KernelChange;

typedef struct KernelChanges {
        KernelChange *items;
        size_t count;
        size_t capacity;
} KernelChanges;

void kernel_changes_done(KernelChanges *changes);
#define _cleanup_kernel_changes_ _cleanup_(kernel_changes_done)

/* Modules, without regard to how their files are compressed. All append; 0 or -ENOMEM. */
int kernel_changes_of_modules(const Lookup *old, const Lookup *new, KernelChanges *changes);

/*
 * Symbols by the kind of change and their names: those that modules export, and those of the
 * kernel, of which only another CRC can be told: that no module imports one any more does not mean
 * that it is gone.
 */
int kernel_changes_of_symbols(const Lookup *old, const Lookup *new, KernelChanges *changes);

/* Aliases that no module answers to any more, or none did before. */
int kernel_changes_of_aliases(const Lookup *old, const Lookup *new, KernelChanges *changes);

/* "gone", "new", "moved", "builtin", "module", "crc" */
const char *kernel_change_code(KernelChangeKind kind);
