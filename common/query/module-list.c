/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-list.h"

#include <errno.h>
#include <fnmatch.h>

#include "module-name.h"

/* By module of the tree. A debugging message is no problem of the module's. */
static int gather_bits(const Lookup *lookup, const ProblemList *problems, uint8_t **ret_bits) {
        _cleanup_free_ uint8_t *bits = calloc((size_t) lookup_tree_count(lookup) + 1, 1);

        if (!bits)
                return -ENOMEM;

        for (size_t i = 0; problems && i < problems->count; i++) {
                const Problem *problem = &problems->items[i];
                ProblemSeverity severity = problem_severity(problem->kind);
                uint32_t module;

                if (severity > PROBLEM_DEBUG && problem->path &&
                    lookup_find_path(lookup, problem->path, &module) == 0)
                        bits[module] |= (uint8_t) (MODULE_HAS_INFO << (severity - PROBLEM_INFO));
        }

        *ret_bits = TAKE_PTR(bits);
        return 0;
}

int module_list(const Lookup *lookup, const char *glob, const ProblemList *problems,
                FoundModules *ret_modules) {
        _cleanup_found_modules_ FoundModules found = {};
        _cleanup_buffer_ Buffer pattern = {};
        _cleanup_free_ uint8_t *bits = NULL;
        int r;

        r = alias_normalize(glob, strlen(glob), &pattern);
        if (r < 0)
                return r;
        buffer_append_byte(&pattern, '\0');
        if (buffer_error(&pattern) < 0)
                return -ENOMEM;
        r = gather_bits(lookup, problems, &bits);
        if (r < 0)
                return r;

        for (uint32_t m = 0; m < lookup_count(lookup); m++) {
                if (glob[0] != '\0' && fnmatch(pattern.data, lookup_name(lookup, m), 0) != 0)
                        continue;
                r = found_modules_add(&found, lookup, m,
                                      lookup_is_builtin(lookup, m) ? 0 : bits[m]);
                if (r < 0)
                        return r;
        }

        *ret_modules = found;
        found = (FoundModules){};
        return 0;
}
