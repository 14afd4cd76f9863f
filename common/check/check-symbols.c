/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-parts.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "array.h"

#define MODULES_PREFIX "module:"

/* Symbols that cannot be told, of which one finding tells. */
typedef struct Doubt {
        const char *first;
        uint64_t count;
} Doubt;

static void doubt(Doubt *doubt, const char *symbol) {
        if (doubt->count++ == 0)
                doubt->first = symbol;
}

static int report_doubt(Check *check, uint32_t c, FindingKind kind, const Doubt *doubt) {
        if (doubt->count == 0)
                return 0;

        return check_report(
                check, c,
                &(Finding){ .kind = kind, .symbol = doubt->first, .number = doubt->count });
}

static int report_missing(Check *check, uint32_t c, const char *symbol) {
        _cleanup_free_ char *advice = NULL;
        int r;

        r = check_advise_provider(check, symbol, &advice);
        return r < 0 ? r
                     : check_report(check, c,
                                    &(Finding){ .kind = FINDING_SYMBOL_MISSING,
                                                .symbol = symbol,
                                                .other = advice });
}

static int compare_crc(Check *check, uint32_t c, const CandidateImport *import,
                       const CheckProvider *provider) {
        char found[16], wanted[16];

        if (!import->has_crc || !provider->has_crc || import->crc == provider->crc)
                return 0;

        (void) snprintf(found, sizeof(found), "0x%08x", import->crc);
        (void) snprintf(wanted, sizeof(wanted), "0x%08x", provider->crc);
        return check_report(check, c,
                            &(Finding){ .kind = FINDING_CRC,
                                        .symbol = import->name,
                                        .found = found,
                                        .wanted = wanted,
                                        .other = provider->name });
}

/* "module:kvm,kvm-*": an export for these modules alone, who need not import anything. */
static bool is_for_module(const char *namespace, const char *name) {
        const char *next = namespace + strlen(MODULES_PREFIX);

        while (*next != '\0') {
                size_t size = strcspn(next, ",");
                char pattern[256];

                if (size < sizeof(pattern)) {
                        memcpy(pattern, next, size);
                        pattern[size] = '\0';
                        for (char *at = pattern; *at != '\0'; at++)
                                *at = *at == '-' ? '_' : *at;
                        if (fnmatch(pattern, name, 0) == 0)
                                return true;
                }
                next += size + (next[size] == ',');
        }

        return false;
}

static int check_namespace(Check *check, uint32_t c, const char *symbol,
                           const CheckProvider *provider) {
        const char *namespace = provider->namespace;
        bool is_allowed;

        if (namespace[0] == '\0')
                return 0;
        if (strncmp(namespace, MODULES_PREFIX, strlen(MODULES_PREFIX)) == 0)
                is_allowed = is_for_module(namespace, check->states[c].name);
        else
                is_allowed = candidate_imports_namespace(check_candidate(check, c), namespace);
        if (is_allowed)
                return 0;

        return check_report(
                check, c,
                &(Finding){ .kind = FINDING_NAMESPACE, .symbol = symbol, .wanted = namespace });
}

static int check_license(Check *check, uint32_t c, const char *symbol,
                         const CheckProvider *provider) {
        const Candidate *candidate = check_candidate(check, c);

        if (provider->export != CANDIDATE_EXPORT_GPL || candidate_is_gpl(candidate))
                return 0;

        return check_report(
                check, c,
                &(Finding){ .kind = FINDING_GPL_ONLY,
                            .symbol = symbol,
                            .found = candidate->license ? candidate->license : "unspecified",
                            .other = provider->name });
}

/* 1: the need is new; 0: it was known. */
static int add_need(CheckState *state, uint32_t node) {
        for (size_t i = state->n_needs; i > 0; i--) {
                if (state->needs[i - 1] == node)
                        return 0;
        }
        if (ARRAY_RESERVE(state->needs, state->needs_capacity, state->n_needs + 1) < 0)
                return -ENOMEM;

        state->needs[state->n_needs++] = node;
        return 1;
}

/*
 * The indexes do not know what the kernel exports: whoever needs a symbol needs the module that
 * exports it, too.
 */
static int follow(Check *check, uint32_t c, const char *symbol, const CheckProvider *provider) {
        uint32_t other, node = provider->node;
        int r;

        if (provider->kind == CHECK_PROVIDER_KERNEL) {
                other = check_find_candidate(check, c, symbol);
                if (other == CHECK_NONE)
                        return 0;
                node = check->n_tree + other;
        }

        r = add_need(&check->states[c], node);
        if (r <= 0 || !check_is_candidate(check, node))
                return r;
        return check_report(
                check, c,
                &(Finding){ .kind = FINDING_NEEDS_CANDIDATE,
                            .symbol = symbol,
                            .other = check_candidate(check, node - check->n_tree)->path });
}

static int check_provided(Check *check, uint32_t c, const CandidateImport *import,
                          const CheckProvider *provider) {
        int r;

        r = compare_crc(check, c, import, provider);
        if (r >= 0)
                r = check_license(check, c, import->name, provider);
        if (r >= 0)
                r = check_namespace(check, c, import->name, provider);
        return r < 0 ? r : follow(check, c, import->name, provider);
}

/* Every module's, without being asked for; or the linker's. */
static bool is_no_import(const char *symbol) {
        static const char *const names[] = { "__this_module", "_GLOBAL_OFFSET_TABLE_", "TOC." };

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                if (strcmp(symbol, names[i]) == 0)
                        return true;
        }

        return false;
}

/* Of the CRCs without a symbol the kernel looks at this one alone: that of its own structures. */
static bool is_looked_at(const CandidateImport *import) {
        return !import->is_version_only || strcmp(import->name, "module_layout") == 0;
}

/* Whatever cannot be told of one module. */
typedef struct Doubts {
        Doubt symbols;
        Doubt crcs;
} Doubts;

static int check_import(Check *check, uint32_t c, const CandidateImport *import, Doubts *doubts) {
        CheckProvider provider;
        int r;

        if (!is_looked_at(import) || is_no_import(import->name))
                return 0;
        r = check_find_provider(check, c, import->name, &provider);
        if (r < 0)
                return r;

        if (provider.kind == CHECK_PROVIDER_KERNEL || provider.kind == CHECK_PROVIDER_NODE) {
                if (provider.is_crc_unknown && import->has_crc)
                        doubt(&doubts->crcs, import->name);
                return check_provided(check, c, import, &provider);
        }
        if (import->is_weak || import->is_version_only)
                return 0;
        if (provider.kind == CHECK_PROVIDER_UNKNOWN) {
                doubt(&doubts->symbols, import->name);
                return 0;
        }

        return report_missing(check, c, import->name);
}

/* First those without a symbol, as the kernel does: of all disagreements it tells only the first.
 */
int check_symbols(Check *check, uint32_t c) {
        const Candidate *candidate = check_candidate(check, c);
        Doubts doubts = {};
        int r = 0;

        for (size_t i = 0; r >= 0 && i < 2 * candidate->n_imports; i++) {
                const CandidateImport *import = &candidate->imports[i % candidate->n_imports];

                if (import->is_version_only == (i < candidate->n_imports))
                        r = check_import(check, c, import, &doubts);
        }

        if (r >= 0)
                r = report_doubt(check, c, FINDING_SYMBOL_UNKNOWN, &doubts.symbols);
        return r < 0 ? r : report_doubt(check, c, FINDING_CRC_UNKNOWN, &doubts.crcs);
}
