/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"
#include "problem.h"

/* A module file that counts for nothing because another one of its module name wins. */
typedef struct Shadowed {
        const char *name; /* of the module */
        const char *path;
        const char *winner; /* the path that counts in the end */
        const char *rule;   /* see rank_append_rule() */
} Shadowed;

typedef struct ShadowedList {
        Shadowed *items;
        size_t count;
} ShadowedList;

void shadowed_list_done(ShadowedList *list);
#define _cleanup_shadowed_list_ _cleanup_(shadowed_list_done)

/*
 * Makes the list of what the scan of the tree has reported, by path. There a file is said to lose
 * to one that loses to a third: here all lose to the last, by the strongest of the rules on the
 * way. Strings are those of the model and of the problems. 0 or -ENOMEM.
 */
int shadowed_find(const Lookup *lookup, const ProblemList *problems, ShadowedList *ret_list);
