/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "macro.h"

/*
 * A candidate is a module file that is not part of a tree, and of which somebody wants to know
 * whether it would load: all that the file says of itself and that the kernel's loader looks at.
 *
 * Candidates are read by a process that may do nothing else, and come from it as a record (below).
 * All strings lie in the record, which has to outlive them.
 */
typedef struct CandidateImport {
        const char *name;
        uint32_t crc;
        bool has_crc;
        bool is_weak;
        bool is_version_only; /* __versions has a CRC for it, but no symbol wants it */
} CandidateImport;

typedef enum CandidateExportKind {
        CANDIDATE_EXPORT_UNKNOWN,
        CANDIDATE_EXPORT_ANY, /* EXPORT_SYMBOL() */
        CANDIDATE_EXPORT_GPL, /* EXPORT_SYMBOL_GPL() */
} CandidateExportKind;

typedef struct CandidateExport {
        const char *name;
        const char *namespace; /* "" if it is in none */
        uint32_t crc;
        bool has_crc;
        CandidateExportKind kind;
} CandidateExport;

typedef struct Candidate {
        const char *path;   /* where it would lie: below the kernel directory */
        int error;          /* positive errno: why nothing is known of the file; 0 */
        const char *reason; /* what a decompressor had to say; NULL: nothing */

        const char *compression; /* "", "gz", "xz", "zst" */
        uint16_t machine;
        uint8_t class;
        uint8_t byte_order;
        const char *vermagic; /* NULL: it has none */
        const char *license;  /* the same */
        const char *signer;   /* NULL: it is not signed */
        bool has_versions;    /* there is at least one CRC */

        CandidateImport *imports;
        size_t n_imports;
        size_t imports_capacity;
        CandidateExport *exports; /* sorted by name */
        size_t n_exports;
        size_t exports_capacity;
        const char **aliases;
        size_t n_aliases;
        size_t aliases_capacity;
        const char **namespaces; /* that it imports */
        size_t n_namespaces;
        size_t namespaces_capacity;
} Candidate;

typedef struct Candidates {
        Candidate *items;
        size_t count;
        size_t capacity;
} Candidates;

/* Of a zeroed struct, too. */
void candidates_done(Candidates *candidates);
#define _cleanup_candidates_ _cleanup_(candidates_done)

/* Finds an export; NULL if there is none of this name. */
const CandidateExport *candidate_find_export(const Candidate *candidate, const char *name);

/* Does the license let the module use symbols that are for GPL modules only? As the kernel has it.
 */
bool candidate_is_gpl(const Candidate *candidate);

bool candidate_imports_namespace(const Candidate *candidate, const char *namespace);
