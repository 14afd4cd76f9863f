/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "candidate.h"
#include "depmod-config.h"
#include "finding.h"
#include "kernel-exports.h"
#include "lookup.h"

/*
 * Would these candidates load if they were installed for this kernel, each alone and all together?
 * A pure function of what is known of the kernel; what is not known is said to be unknown. Modules
 * of the kernel are taken to load.
 */
typedef enum CheckEnforcement {
        CHECK_ENFORCEMENT_UNKNOWN,
        CHECK_NOT_ENFORCED,
        CHECK_ENFORCED,
} CheckEnforcement;

/* What a kernel insists on. */
typedef struct CheckRules {
        CheckEnforcement signatures;
        CheckEnforcement versions; /* that a module has vermagic and CRCs at all */
} CheckRules;

/* Another kernel, which may have what is missing here. */
typedef struct CheckOther {
        const char *release;
        const Lookup *lookup;
} CheckOther;

typedef struct CheckInput {
        const Candidates *candidates;
        char *const *removals; /* names of modules that would go; NULL-terminated, or NULL */
        const Lookup *lookup;
        const char *release;
        const KernelExports *exports; /* without any: they are not known */
        const Config *config;
        CheckRules rules;
        const CheckOther *others;
        size_t n_others;

        /*
         * Tells what a module of the kernel says of itself beyond its record; NULL: that is not
         * known. The answer must outlive the check, and is not asked for twice.
         */
        const Candidate *(*describe)(void *userdata, const char *path);
        void *userdata;
} CheckInput;

typedef enum CheckVerdict {
        CHECK_LOADS,
        CHECK_UNKNOWN,
        CHECK_FAILS,
} CheckVerdict;

typedef struct CheckResult {
        char *name;            /* of the module */
        char *path;            /* where it would lie */
        CheckVerdict together; /* with all other candidates */
        CheckVerdict alone;
} CheckResult;

typedef struct CheckResults {
        CheckResult *items; /* one for each candidate, in their order */
        size_t count;
        Findings findings; /* in the order of the candidates */
} CheckResults;

void check_results_done(CheckResults *results);
#define _cleanup_check_results_ _cleanup_(check_results_done)

/* "loads", "unknown" or "fails". */
const char *check_verdict_name(CheckVerdict verdict);

/*
 * Where a candidate would lie: its path, or, if that is a file's name alone, below updates/, as the
 * kernel's own build installs it. The caller frees it; NULL for want of memory.
 */
char *check_place(const char *path);

/* 0 or a negative errno; the results are to be cleared in any case. */
int check_candidates(const CheckInput *input, CheckResults *ret_results);
