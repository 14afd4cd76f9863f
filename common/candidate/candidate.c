/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "candidate.h"

#include <string.h>

void candidates_done(Candidates *candidates) {
        for (size_t i = 0; i < candidates->count; i++) {
                free(candidates->items[i].imports);
                free(candidates->items[i].exports);
                free(candidates->items[i].aliases);
                free(candidates->items[i].namespaces);
        }
        free(candidates->items);
        *candidates = (Candidates){};
}

static int compare_name(const void *name, const void *export) {
        return strcmp(name, ((const CandidateExport *) export)->name);
}

const CandidateExport *candidate_find_export(const Candidate *candidate, const char *name) {
        if (candidate->n_exports == 0)
                return NULL;

        return bsearch(name, candidate->exports, candidate->n_exports, sizeof(CandidateExport),
                       compare_name);
}

bool candidate_is_gpl(const Candidate *candidate) {
        static const char *const compatible[] = {
                "GPL",          "GPL v2",       "GPL and additional rights",
                "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
        };

        for (size_t i = 0; candidate->license && i < ELEMENTSOF(compatible); i++) {
                if (strcmp(candidate->license, compatible[i]) == 0)
                        return true;
        }

        return false;
}

bool candidate_imports_namespace(const Candidate *candidate, const char *namespace) {
        for (size_t i = 0; i < candidate->n_namespaces; i++) {
                if (strcmp(candidate->namespaces[i], namespace) == 0)
                        return true;
        }

        return false;
}
