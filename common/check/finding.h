/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

/*
 * What a check has found about a candidate. Each kind has a stable code, a severity, and a sentence
 * that says what is wrong and what to do about it. Several kinds may share a code: they say the
 * same of different weight.
 */
typedef enum FindingSeverity {
        FINDING_INFO,
        FINDING_WARNING,
        FINDING_UNKNOWN, /* whether it would load hangs on what cannot be known here */
        FINDING_ERROR,   /* it would not load */
} FindingSeverity;

typedef enum FindingKind {
        FINDING_BAD_FILE,           /* found: why */
        FINDING_BAD_NAME,           /* the file's name */
        FINDING_MACHINE,            /* found, wanted */
        FINDING_VERMAGIC,           /* found, wanted */
        FINDING_RELEASE,            /* found, wanted: does not matter for this one */
        FINDING_UNVERSIONED,        /* found: what it lacks, and the kernel insists on that */
        FINDING_UNVERSIONED_TAINTS, /* and it takes it all the same */
        FINDING_UNVERSIONED_UNKNOWN,
        FINDING_SYMBOL_MISSING,  /* symbol; other: who would provide it, "" if nobody */
        FINDING_SYMBOL_UNKNOWN,  /* symbol: the first; number */
        FINDING_CRC,             /* symbol, found, wanted; other: the provider */
        FINDING_CRC_UNKNOWN,     /* symbol: the first; number */
        FINDING_GPL_ONLY,        /* symbol; found: license; other: the provider */
        FINDING_NAMESPACE,       /* symbol; wanted: namespace */
        FINDING_DUPLICATE,       /* symbol; other: who exports it and would be there */
        FINDING_CONFLICT,        /* symbol; other: who exports it and need not be there */
        FINDING_CYCLE,           /* found: "a -> b -> a" */
        FINDING_SHADOWED,        /* other: the winner; found: the rule */
        FINDING_HIDES,           /* other: the loser; found: the rule */
        FINDING_REPLACES,        /* other: the same path */
        FINDING_BUILTIN,         /* found: module name */
        FINDING_COMPRESSION,     /* found: "xz" */
        FINDING_UNSIGNED,        /* and the kernel takes only signed ones */
        FINDING_UNSIGNED_TAINTS, /* and it takes them */
        FINDING_UNSIGNED_UNKNOWN,
        FINDING_SIGNER,          /* found; wanted: that of the kernel's own modules */
        FINDING_ALIAS,           /* symbol: the alias; other: a module */
        FINDING_NEEDS_CANDIDATE, /* symbol; other: the candidate */
        FINDING_DEPENDENCY,      /* other: the candidate that would not load */
        FINDING_BREAKS_USERS,    /* symbol; number of modules; other: the first of them */
        FINDING_BREAKS,          /* symbol; other: a module of the kernel; found: what it lacks */

        FINDING_KINDS,
} FindingKind;

/* It is about no candidate but about what is to be removed. */
#define FINDING_NO_CANDIDATE UINT32_MAX

/* Fields that the kind does not use are NULL. */
typedef struct Finding {
        FindingKind kind;
        uint32_t candidate;
        uint32_t sequence; /* the order of adding; set by findings_add() */
        uint64_t number;
        const char *path;
        const char *symbol;
        const char *found;
        const char *wanted;
        const char *other;
} Finding;

typedef struct Findings {
        Finding *items;
        size_t count;
        size_t capacity;
} Findings;

void findings_done(Findings *findings);

/* Adds a copy, strings included. 0 or -ENOMEM. */
int findings_add(Findings *findings, const Finding *finding);

/* By candidate; of one candidate the worst first, and all of a kind behind each other. */
void findings_sort(Findings *findings);

FindingSeverity finding_severity(FindingKind kind);

/* "info", "warning", "error"; what cannot be known is a "warning". */
const char *finding_severity_name(FindingSeverity severity);

/* The stable name on the wire and in JSON. */
const char *finding_code(FindingKind kind);

/* Appends the sentence and a NUL; control characters stand as \x0a. 0 or -ENOMEM. */
int finding_sentence(const Finding *finding, Buffer *sentence);
