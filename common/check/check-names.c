/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-parts.h"

#include <errno.h>
#include <string.h>

#include "module-name.h"
#include "rank.h"

/* As directories are walked: name by name, each in the order of its bytes. */
static int compare_paths(const char *a, const char *b) {
        while (*a == *b && *a != '\0') {
                a++;
                b++;
        }

        return (*a == '/' ? 1 : (unsigned char) *a) - (*b == '/' ? 1 : (unsigned char) *b);
}

/* Of two files of one module name: negative if the first one is used. */
static int compare_files(const Check *check, const char *name, const char *a, const char *b,
                         const char **ret_rule) {
        Rank x = config_rank(check->input->config, a, strlen(name));
        Rank y = config_rank(check->input->config, b, strlen(name));
        int r = rank_compare(x, y);

        *ret_rule = x.override != y.override ? "override" : r != 0 ? "search" : "path order";
        return r != 0 ? -r : compare_paths(a, b);
}

static bool is_named(const char *name, const char *other) {
        for (; *name != '\0' || *other != '\0'; name++, other++) {
                char a = *name == '-' ? '_' : *name, b = *other == '-' ? '_' : *other;

                if (a != b)
                        return false;
        }

        return true;
}

static void remove_modules(Check *check) {
        char *const *removal = check->input->removals;

        for (; removal && *removal; removal++) {
                for (uint32_t m = 0; m < check->n_tree; m++) {
                        if (is_named(*removal, tree_module_name(&check->model->tree, m)))
                                check->taken_by[m] = CHECK_REMOVED;
                }
        }
}

/* Two candidates of one name: the one that is used, or that comes first if both are one file. */
static int compare_candidates(Check *check, uint32_t c, uint32_t other) {
        const CheckState *a = &check->states[c], *b = &check->states[other];
        const char *rule;
        int r = compare_files(check, a->name, a->place, b->place, &rule);

        if (r <= 0)
                return 0;

        check->states[c].is_loser = true;
        return check_report(check, c,
                            &(Finding){ .kind = FINDING_SHADOWED,
                                        .other = check_candidate(check, other)->path,
                                        .found = rule });
}

static int compare_with_module(Check *check, uint32_t c, uint32_t m) {
        CheckState *state = &check->states[c];
        const char *path = tree_module_path(&check->model->tree, m), *rule;
        FindingKind kind = FINDING_HIDES;

        if (strcmp(state->place, path) == 0)
                kind = FINDING_REPLACES;
        else if (compare_files(check, state->name, state->place, path, &rule) > 0) {
                state->is_loser = true;
                kind = FINDING_SHADOWED;
        }

        if (kind != FINDING_SHADOWED) {
                state->replaces = m;
                check->taken_by[m] = check->n_tree + c;
        }
        return check_report(check, c,
                            &(Finding){ .kind = kind,
                                        .other = path,
                                        .found = kind == FINDING_REPLACES ? NULL : rule });
}

/* A candidate by its name, for finding those of the same one. */
typedef struct Named {
        const char *name;
        uint32_t candidate;
} Named;

static int compare_named(const void *x, const void *y) {
        const Named *a = x, *b = y;
        int r = strcmp(a->name, b->name);

        return r != 0 ? r : (a->candidate > b->candidate) - (a->candidate < b->candidate);
}

static int compare_all_candidates(Check *check) {
        size_t n = check->candidates->count;
        _cleanup_free_ Named *named = calloc(n + 1, sizeof(Named));
        int r = 0;

        if (!named)
                return -ENOMEM;
        for (uint32_t c = 0; c < n; c++)
                named[c] = (Named){ check->states[c].name, c };
        qsort(named, n, sizeof(Named), compare_named);

        for (size_t i = 0; r >= 0 && i < n; i++) {
                for (size_t j = i + 1; r >= 0 && j < n; j++) {
                        if (strcmp(named[i].name, named[j].name) != 0)
                                break;
                        if (check->states[named[i].candidate].is_loser)
                                break;
                        if (check->states[named[j].candidate].is_loser)
                                continue;
                        r = compare_candidates(check, named[i].candidate, named[j].candidate);
                        if (r >= 0 && !check->states[named[i].candidate].is_loser)
                                r = compare_candidates(check, named[j].candidate,
                                                       named[i].candidate);
                }
        }

        return r;
}

int check_names(Check *check) {
        int r;

        remove_modules(check);
        r = compare_all_candidates(check);
        for (uint32_t c = 0; r >= 0 && c < check->candidates->count; c++) {
                uint32_t module;

                if (check->states[c].is_loser)
                        continue;
                r = lookup_find_name(check->input->lookup, check->states[c].name, &module);
                if (r < 0)
                        break;
                if (r == LOOKUP_NOT_FOUND || lookup_is_builtin(check->input->lookup, module) ||
                    check->taken_by[module] == CHECK_REMOVED)
                        r = 0;
                else
                        r = compare_with_module(check, c, module);
        }

        return r;
}
