/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "closure.h"
#include "prober.h"
#include "softdep.h"

/*
 * A target is a module as modprobe holds one: what was looked up by an alias is not the same as
 * what was looked up by its name, and each is visited on its own.
 */
typedef struct Target {
        uint32_t module;
        char *alias;   /* in its normal form; NULL: by name */
        uint32_t next; /* of the same module; TARGET_NONE */

        /* For the plan of this number, else all is 0. */
        uint32_t plan;
        bool is_visited;
        bool is_required;
        bool ignores_command;
} Target;

#define TARGET_NONE UINT32_MAX

/* What is still to be done, the next thing at the end. */
typedef enum ProbeTaskKind {
        PROBE_VISIT,    /* a target with all that it needs */
        PROBE_SURROUND, /* it alone, between its softdeps */
        PROBE_APPEND,   /* the step itself */
} ProbeTaskKind;

typedef struct ProbeTask {
        ProbeTaskKind kind;
        uint32_t target;
        unsigned bits;
} ProbeTask;

typedef struct TargetList {
        uint32_t *items;
        size_t count;
        size_t capacity;
} TargetList;

struct Prober {
        const Lookup *lookup;
        const ModprobeConfig *config;
        Closure closure;
        Target *targets;
        size_t n_targets;
        size_t targets_capacity;
        uint32_t *heads; /* by module: the first target */
        size_t n_heads;
        size_t heads_capacity;
        char **missing; /* names of modules that there are not, numbered behind the lookup's */
        size_t n_missing;
        size_t missing_capacity;
        ProbeTask *tasks;
        size_t n_tasks;
        size_t tasks_capacity;
        uint32_t plan;
        unsigned flags;
};

/* The target of a module and an alias, made if there is none yet. 0 or -ENOMEM. */
int prober_get_target(Prober *prober, uint32_t module, const char *alias, uint32_t *ret_target);

/* Appends the targets of what a text stands for, none if it stands for nothing. 0 or -ENOMEM. */
int prober_look_up(Prober *prober, const char *text, TargetList *targets);

/* A module by its name in the normal form, which need not exist. 0 or -ENOMEM. */
int prober_find_module(Prober *prober, const char *name, uint32_t *ret_module);

/*
 * An alias that leads to a module, in spite of all alias lines, as its file or the configuration
 * has it, and the target that it leads to. 0, PROBE_UNKNOWN or -ENOMEM.
 */
int prober_find_alias(Prober *prober, uint32_t module, const char **ret_alias,
                      uint32_t *ret_target);

/*
 * The softdep that modprobe follows for a module: a rule of the configuration, or *ret_text of the
 * module itself. False: there is none.
 */
bool prober_softdep(const Prober *prober, uint32_t module, const char **ret_text);

/* Appends the targets of the names in one part of a text. 0 or -ENOMEM. */
int prober_look_up_part(Prober *prober, Softdep softdep, SoftdepPart part, TargetList *targets);

/* Those of all weakdeps: none is followed by modprobe, so all count. 0 or -ENOMEM. */
int prober_find_weakdeps(Prober *prober, uint32_t module, TargetList *targets);
