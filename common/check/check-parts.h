/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check.h"
#include "majority.h"

/* What the files of a check share, and nobody else sees. */

#define CHECK_NONE UINT32_MAX

/*
 * The kernel's modules and the candidates are nodes of one graph: first the modules by their index,
 * then the candidates.
 */
typedef struct CheckState {
        char *name;
        char *place;
        uint32_t replaces; /* the module of the kernel that it stands in for; CHECK_NONE */
        bool is_loser;     /* another file of its name is used instead */
        uint32_t *needs;   /* nodes, each once */
        size_t n_needs;
        size_t needs_capacity;
        unsigned n_errors;
        unsigned n_unknown;
} CheckState;

/* An export of a candidate that is used. */
typedef struct CheckSlot {
        const char *name;
        uint32_t candidate;
} CheckSlot;

/* What holds for all candidates of an input, however many are looked at together. */
typedef struct CheckKernel {
        Majority majority;
        const Candidate **described; /* by module */
        bool *is_described;
} CheckKernel;

typedef struct Check {
        const CheckInput *input;
        CheckKernel *kernel;
        const Candidates *candidates; /* all of the input, or one of them */
        const Model *model;
        uint32_t n_tree;
        CheckState *states;
        uint32_t *taken_by; /* by module: the node that stands in for it, or itself */
        CheckSlot *slots;   /* sorted by name and candidate */
        size_t n_slots;
        Findings *findings;
} Check;

#define CHECK_REMOVED (UINT32_MAX - 1)

static inline const Candidate *check_candidate(const Check *check, uint32_t c) {
        return &check->candidates->items[c];
}

static inline bool check_is_candidate(const Check *check, uint32_t node) {
        return node >= check->n_tree;
}

/* How a node is called: by its module name. */
const char *check_node_name(const Check *check, uint32_t node);

/* Adds a finding about a candidate and counts it. 0 or -ENOMEM. */
int check_report(Check *check, uint32_t candidate, const Finding *finding);

const Candidate *check_describe(Check *check, uint32_t module);

/* Who exports a symbol, and how. */
typedef enum CheckProviderKind {
        CHECK_PROVIDER_NONE,
        CHECK_PROVIDER_UNKNOWN, /* nothing tells whether the kernel exports it */
        CHECK_PROVIDER_KERNEL,
        CHECK_PROVIDER_NODE,
} CheckProviderKind;

typedef struct CheckProvider {
        CheckProviderKind kind;
        uint32_t node;
        uint32_t crc;
        bool has_crc;
        bool is_assumed;     /* to be the kernel's, as modules import it and none exports it */
        bool is_crc_unknown; /* it may have one, but nothing tells which */
        CandidateExportKind export;
        const char *namespace; /* "" if it is in none or that is not known */
        const char *name;      /* "the kernel", or a module's */
} CheckProvider;

/* The candidate that exports a symbol and is used, other than this one; CHECK_NONE. */
uint32_t check_find_candidate(const Check *check, uint32_t except, const char *symbol);

int check_find_provider(Check *check, uint32_t candidate, const char *symbol,
                        CheckProvider *ret_provider);

/* A sentence about who would provide what nobody provides here. 0 or -ENOMEM. */
int check_advise_provider(Check *check, const char *symbol, char **ret_advice);

/* The steps, in their order. Each is 0 or a negative errno. */
int check_names(Check *check);
int check_origin(Check *check, uint32_t candidate);
int check_symbols(Check *check, uint32_t candidate);
int check_exports(Check *check, uint32_t candidate);
int check_removed(Check *check);
int check_cycle(Check *check, uint32_t candidate);
int check_dependencies(Check *check);
