/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-parts.h"

#include <errno.h>
#include <string.h>

#include "dependencies.h"
#include "resolve.h"
#include "symbol-users.h"

static bool needs(const CheckState *state, uint32_t node) {
        for (size_t i = 0; i < state->n_needs; i++) {
                if (state->needs[i] == node)
                        return true;
        }

        return false;
}

/* In the indexes they come to need the candidate, which cannot be loaded. */
static int report_users(Check *check, uint32_t c, const char *symbol) {
        _cleanup_found_modules_ FoundModules users = {};
        int r;

        r = symbol_find_users(check->input->lookup, symbol, &users);
        if (r < 0 || users.count == 0)
                return r;

        return check_report(check, c,
                            &(Finding){ .kind = FINDING_BREAKS_USERS,
                                        .symbol = symbol,
                                        .number = users.count,
                                        .other = users.items[0].path });
}

/* Another one that exports the same is in the way only if it is there at the same time. */
static int check_duplicates(Check *check, uint32_t c) {
        const Candidate *candidate = check_candidate(check, c);
        int r = 0;

        for (size_t i = 0; r >= 0 && i < candidate->n_exports; i++) {
                const char *symbol = candidate->exports[i].name;
                CheckProvider other;
                bool is_there;

                r = check_find_provider(check, c, symbol, &other);
                if (r < 0 || other.is_assumed ||
                    (other.kind != CHECK_PROVIDER_KERNEL && other.kind != CHECK_PROVIDER_NODE))
                        continue;
                is_there =
                        other.kind == CHECK_PROVIDER_KERNEL || needs(&check->states[c], other.node);
                r = check_report(
                        check, c,
                        &(Finding){ .kind = is_there ? FINDING_DUPLICATE : FINDING_CONFLICT,
                                    .symbol = symbol,
                                    .other = other.name });
                if (r >= 0 && other.kind == CHECK_PROVIDER_KERNEL)
                        r = report_users(check, c, symbol);
        }

        return r;
}

/* One finding for each other module, by the first alias that they share. */
static int check_aliases(Check *check, uint32_t c) {
        const Candidate *candidate = check_candidate(check, c);
        _cleanup_free_ bool *is_told = calloc((size_t) check->n_tree + 1, sizeof(bool));
        int r = 0;

        if (!is_told)
                return -ENOMEM;

        for (size_t i = 0; r >= 0 && i < candidate->n_aliases; i++) {
                _cleanup_resolutions_ Resolutions found = {};

                r = resolve_alias(check->input->lookup, candidate->aliases[i], RESOLVE_ALL, &found);
                if (r == -EINVAL)
                        r = 0;
                for (size_t j = 0; r >= 0 && j < found.count; j++) {
                        uint32_t module = found.items[j].module;

                        if (module >= check->n_tree || is_told[module] ||
                            check->taken_by[module] != module ||
                            strcmp(found.items[j].name, check->states[c].name) == 0)
                                continue;
                        is_told[module] = true;
                        r = check_report(check, c,
                                         &(Finding){ .kind = FINDING_ALIAS,
                                                     .symbol = candidate->aliases[i],
                                                     .other = found.items[j].path });
                }
        }

        return r;
}

/* What a module lacks when another one goes or is replaced; NULL: nothing. */
static const char *find_lack(const Check *check, uint32_t module, uint32_t gone, uint32_t node,
                             const char **ret_symbol) {
        const Model *model = check->model;
        const Module *record = &model->tree.modules[module];

        for (uint32_t i = 0; i < record->n_imports; i++) {
                Import import = module_imports(record)[i];
                StringId id = symbol_table_import_id(&model->symbols, &model->tree, import);
                const CandidateExport *export = NULL;

                if (symbol_table_get(&model->symbols, id).provider != gone)
                        continue;
                *ret_symbol = tree_string(&model->tree, import.name);
                if (node != CHECK_REMOVED)
                        export = candidate_find_export(check_candidate(check, node - check->n_tree),
                                                       *ret_symbol);
                if (!export && !import.is_weak)
                        return "it needs symbol";
                if (export && export->has_crc && import.has_crc && !import.is_crc_wide &&
                    export->crc != import.crc)
                        return "it was built against another";
        }

        return NULL;
}

static int report_broken(Check *check, uint32_t gone) {
        uint32_t node = check->taken_by[gone];
        _cleanup_found_modules_ FoundModules found = {};
        int r;

        r = dependents_find(check->input->lookup, gone, 0, &found);
        for (size_t i = 0; r >= 0 && i < found.count; i++) {
                uint32_t module = found.items[i].module;
                const char *symbol, *lack;

                if (module >= check->n_tree || check->taken_by[module] != module)
                        continue;
                lack = find_lack(check, module, gone, node, &symbol);
                if (!lack)
                        continue;

                const Finding finding = { .kind = FINDING_BREAKS,
                                          .candidate = FINDING_NO_CANDIDATE,
                                          .path = tree_module_path(&check->model->tree, gone),
                                          .symbol = symbol,
                                          .found = lack,
                                          .other = found.items[i].path };
                r = node == CHECK_REMOVED ? findings_add(check->findings, &finding)
                                          : check_report(check, node - check->n_tree, &finding);
        }

        return r;
}

int check_exports(Check *check, uint32_t c) {
        int r = 0;

        if (check->states[c].is_loser)
                return 0;
        if (check->states[c].replaces != CHECK_NONE)
                r = report_broken(check, check->states[c].replaces);
        if (r >= 0)
                r = check_duplicates(check, c);
        return r < 0 ? r : check_aliases(check, c);
}

int check_removed(Check *check) {
        int r = 0;

        for (uint32_t m = 0; r >= 0 && m < check->n_tree; m++) {
                if (check->taken_by[m] == CHECK_REMOVED)
                        r = report_broken(check, m);
        }

        return r;
}
