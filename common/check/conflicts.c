/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conflicts.h"

#include <errno.h>
#include <string.h>

#include "array.h"
#include "lookup-parts.h"

void conflicts_done(Conflicts *conflicts) {
        free(conflicts->items);
        *conflicts = (Conflicts){};
}

const char *conflict_code(ConflictKind kind) {
        return kind == CONFLICT_EXPORT ? "duplicate-export" : "also-builtin";
}

static int add(Conflicts *conflicts, Conflict conflict) {
        if (ARRAY_RESERVE(conflicts->items, conflicts->capacity, conflicts->count + 1) < 0)
                return -ENOMEM;

        conflicts->items[conflicts->count++] = conflict;
        return 0;
}

/* A symbol that a file exports twice is no conflict with others, and told once if it is one. */
static bool is_first_export(const Module *module, uint32_t i) {
        for (uint32_t k = 0; k < i; k++) {
                if (module_exports(module)[k].name == module_exports(module)[i].name)
                        return false;
        }

        return true;
}

static bool is_of_kernel(const KernelExports *exports, const char *symbol) {
        const KernelExport *export = kernel_exports_find(exports, symbol);

        return export && export->provider[0] == '\0';
}

static int add_exports(Conflicts *conflicts, const Lookup *lookup, const KernelExports *exports,
                       uint32_t m) {
        const Model *model = lookup->model;
        const Module *module = &model->tree.modules[m];

        for (uint32_t i = 0; i < module->n_exports; i++) {
                StringId symbol = module_exports(module)[i].name;
                const char *name = tree_string(&model->tree, symbol);
                uint32_t provider = symbol_table_get(&model->symbols, symbol).provider;
                bool is_kernels = is_of_kernel(exports, name);
                int r;

                if (!is_kernels && (provider == m || provider >= lookup->n_tree))
                        continue;
                if (!is_first_export(module, i))
                        continue;
                r = add(conflicts,
                        (Conflict){ .kind = CONFLICT_EXPORT,
                                    .name = name,
                                    .path = lookup_path(lookup, m),
                                    .winner = is_kernels ? "" : lookup_path(lookup, provider) });
                if (r < 0)
                        return r;
        }

        return 0;
}

/* What is builtin stands under its name behind the modules of the tree. */
static int add_builtin(Conflicts *conflicts, const Lookup *lookup, uint32_t m) {
        StringId name = lookup->model->tree.modules[m].name;
        uint32_t builtin;

        if (name_slots_find(&lookup->names, name, lookup->n_tree, &builtin) != 0)
                return 0;
        return add(conflicts, (Conflict){ .kind = CONFLICT_BUILTIN,
                                          .name = lookup_name(lookup, m),
                                          .path = lookup_path(lookup, m),
                                          .winner = "" });
}

int conflicts_find(const Lookup *lookup, const KernelExports *exports, Conflicts *ret_conflicts) {
        _cleanup_conflicts_ Conflicts conflicts = {};
        int r = 0;

        for (uint32_t m = 0; r >= 0 && m < lookup->n_tree; m++)
                r = add_exports(&conflicts, lookup, exports, m);
        for (uint32_t m = 0; r >= 0 && m < lookup->n_tree; m++)
                r = add_builtin(&conflicts, lookup, m);
        if (r < 0)
                return r;

        *ret_conflicts = conflicts;
        conflicts = (Conflicts){};
        return 0;
}
