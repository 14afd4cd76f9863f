/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"

/*
 * Which modules that do not come with the old kernel would load on the new one as they are, so that
 * a link to the file is all that it takes: what weak-modules asks.
 */
typedef enum CarryVerdict {
        CARRY_LOADS,
        CARRY_PRESENT, /* the new kernel has a module of this name */
        CARRY_UNKNOWN, /* nothing tells about a symbol */
        CARRY_FAILS,
} CarryVerdict;

typedef enum CarryReasonKind {
        CARRY_MACHINE,        /* detail: that of the new kernel */
        CARRY_VERMAGIC,       /* detail: what is expected */
        CARRY_SYMBOL_MISSING, /* symbol */
        CARRY_SYMBOL_CRC,     /* symbol; detail: who exports it now */
        CARRY_SYMBOL_UNKNOWN, /* symbol */
        CARRY_NEEDS,          /* symbol; detail: another of these modules, which would not load */
} CarryReasonKind;

typedef struct CarryReason {
        uint32_t carried; /* which module, by its place */
        CarryReasonKind kind;
        const char *symbol; /* "" */
        char *detail;
} CarryReason;

typedef struct Carried {
        uint32_t module; /* of the old kernel */
        CarryVerdict verdict;
} Carried;

typedef struct CarryOver {
        Carried *items; /* in the old kernel's final order */
        size_t count;
        CarryReason *reasons; /* by module; not more than some of each */
        size_t n_reasons;
        size_t capacity;
} CarryOver;

void carry_over_done(CarryOver *over);
#define _cleanup_carry_over_ _cleanup_(carry_over_done)

/*
 * Modules come with a kernel if they lie in its directory kernel/. `release` is that of the new
 * one. 0 or -ENOMEM.
 */
int carry_over_find(const Lookup *old, const Lookup *new, const char *release, CarryOver *ret_over);

/* "loads", "present", "unknown", "fails" */
const char *carry_verdict_code(CarryVerdict verdict);

/* "wrong-machine", "vermagic-mismatch", "unresolved-symbol", "crc-mismatch", … */
const char *carry_reason_code(CarryReasonKind kind);
