/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "prober.h"

/*
 * The steps of modprobe for many names and aliases in one list, each module once and where it comes
 * first. Behind them stand weakdeps, if they are wanted, which modprobe does not load.
 */
typedef struct ProbeRefused {
        size_t question; /* the place of the name that was asked for */
        ProbeRefusal refusal;
} ProbeRefused;

typedef struct ProbeClosure {
        ProbeStep *steps;
        size_t count;
        size_t capacity;
        size_t *unresolved; /* the places of names that lead to no module */
        size_t n_unresolved;
        ProbeRefused *refused; /* modules that a blacklist line keeps out */
        size_t n_refused;
        size_t refused_capacity;
} ProbeClosure;

/* The strings are the prober's. 0 or -ENOMEM. */
int probe_closure_find(Prober *prober, const char *const *names, size_t n_names, unsigned flags,
                       ProbeClosure *ret_closure);

void probe_closure_done(ProbeClosure *closure);
#define _cleanup_probe_closure_ _cleanup_(probe_closure_done)
