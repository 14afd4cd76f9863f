/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"

/* So many names are listed at the most, of all three kinds together. */
#define DIFFERENCE_MAX 1000

typedef struct Difference {
        const char **added; /* by the new model's final order; the model's strings */
        const char **changed;
        const char **removed; /* by the old model's final order; that model's strings */
        size_t n_added;
        size_t n_changed;
        size_t n_removed;
        bool is_truncated; /* there are more than are listed */
} Difference;

void difference_done(Difference *difference);
#define _cleanup_difference_ _cleanup_(difference_done)

/*
 * Which modules of the tree the new model has and the old one has not, and the reverse, and which
 * are not what they were: whose path or record differs, or the time or size of whose file.
 * 0 or -ENOMEM.
 */
int difference_find(const Lookup *old, const Lookup *new, Difference *ret_difference);
