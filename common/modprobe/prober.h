/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"
#include "modprobe-config.h"

/*
 * What modprobe would do for a name or an alias, step by step, when nothing is loaded yet: what
 * `modprobe --show-depends` prints. The quirks are kmod's and kept on purpose:
 *
 *   - a blacklist line stops a module only where it is asked for by an alias, or by whoever wants
 *     all of them heeded, as udev does: never as a dependency or in a softdep;
 *   - of a module that has a softdep on something that exists, an install line does not count;
 *   - of several softdep or install lines for one module only the first counts;
 *   - a softdep is looked up like any name: also among aliases and install lines.
 *
 * The lookup and the configuration are borrowed. One prober serves one thread.
 */
typedef struct Prober Prober;

typedef enum ProbeAction {
        PROBE_INSERT,
        PROBE_COMMAND, /* the command of an install line is run instead */
        PROBE_BUILTIN,
        PROBE_MISSING, /* there is no such module, which is only known by its name */
} ProbeAction;

typedef struct ProbeStep {
        ProbeAction action;
        uint32_t module;             /* of the lookup, or behind all of those: PROBE_MISSING */
        const char *name;            /* the strings are the lookup's and the prober's */
        const char *alias;           /* by which it was looked up; NULL: by its name */
        const ModprobeRule *command; /* NULL: there is none */
        unsigned bits;               /* as in load-order.h: why */
        bool is_required;            /* when it fails, nothing more is done */
} ProbeStep;

/* A module that was not even tried. */
typedef struct ProbeRefusal {
        uint32_t module;
        const char *name;
        const ModprobeRule *rule;
} ProbeRefusal;

typedef struct ProbePlan {
        ProbeStep *steps;
        size_t count;
        size_t capacity;
        ProbeRefusal *refusals;
        size_t n_refusals;
        size_t refusals_capacity;
} ProbePlan;

void probe_plan_done(ProbePlan *plan);
#define _cleanup_probe_plan_ _cleanup_(probe_plan_done)

/* `config` NULL: none. 0 or -ENOMEM. */
int prober_new(Prober **ret_prober, const Lookup *lookup, const ModprobeConfig *config);
Prober *prober_free(Prober *prober);

static inline void prober_freep(Prober **prober) {
        prober_free(*prober);
}

/* The numbers are those of the bus. */
enum {
        PROBE_NO_SOFT = 1 << 1,    /* softdeps are not followed */
        PROBE_NO_BUILTIN = 1 << 2, /* probe-closure.h: leave out what is part of the kernel */
        PROBE_WEAK = 1 << 3,       /* probe-closure.h: with weakdeps, and all that these need */
        PROBE_BLACKLIST = 1 << 6,  /* a blacklist line counts for what is asked for by name, too */
        PROBE_REALLY = 1 << 8, /* not --show-depends: nothing for who asks for what is builtin */
};

enum {
        PROBE_UNKNOWN = 1, /* nothing has this name */
};

/* Appends the steps for what a text stands for. 0, PROBE_UNKNOWN or -ENOMEM. */
int prober_plan(Prober *prober, const char *text, unsigned flags, ProbePlan *plan);

/* The same for a module that was found by this alias, or by its name (alias NULL). */
int prober_plan_module(Prober *prober, uint32_t module, const char *alias, unsigned flags,
                       ProbePlan *plan);

const char *prober_name(const Prober *prober, uint32_t module);

/* Appends the options that a module is inserted with, as modprobe puts them together. */
void probe_step_options(const ProbeStep *step, const ModprobeConfig *config, Buffer *options);
