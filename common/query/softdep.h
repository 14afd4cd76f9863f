/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lookup.h"
#include "problem.h"

/*
 * The text of a softdep, "pre: a b post: c": names of modules or aliases. What stands before the
 * first of the two words counts for nothing. A weakdep is names alone.
 */
typedef enum SoftdepPart {
        SOFTDEP_NONE, /* before "pre:" and "post:" */
        SOFTDEP_PRE,
        SOFTDEP_POST,
        SOFTDEP_WEAK,
} SoftdepPart;

typedef struct Softdep {
        const char *next;
        SoftdepPart part;
        const char *name; /* not NUL-terminated */
        size_t name_size;
} Softdep;

/* As modprobe reads it: to a word that one single blank stands before, that blank belongs. */
Softdep softdep_of(const char *text);

static inline Softdep weakdep_of(const char *text) {
        return (Softdep){ .next = text, .part = SOFTDEP_WEAK };
}

/* Goes to the next name and sets part, name and name_size. False at the end. */
bool softdep_next(Softdep *softdep);

/*
 * Reports each name in a softdep that no module and no alias has, as PROBLEM_SOFTDEP_UNKNOWN of the
 * module's file. 0 or -ENOMEM.
 */
int softdep_report_unknown(const Lookup *lookup, ProblemList *problems);
