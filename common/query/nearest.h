/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"

/* What may have been meant by a name that was not found. */
#define NEAREST_MAX 3

typedef struct Nearest {
        const char *names[NEAREST_MAX]; /* the nearest first */
        size_t count;
} Nearest;

/*
 * The names of modules, or of symbols that modules export, that differ least from `name`: by
 * letters that are missing, added, changed, or swapped with the next. One third of the letters may
 * be wrong. Cannot fail.
 */
Nearest nearest_modules(const Lookup *lookup, const char *name);
Nearest nearest_symbols(const Lookup *lookup, const char *name);
