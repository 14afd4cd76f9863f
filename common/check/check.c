/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "check-parts.h"
#include "module-name.h"

void check_results_done(CheckResults *results) {
        for (size_t i = 0; i < results->count; i++) {
                free(results->items[i].name);
                free(results->items[i].path);
        }
        free(results->items);
        findings_done(&results->findings);
        *results = (CheckResults){};
}

const char *check_verdict_name(CheckVerdict verdict) {
        static const char *const names[] = {
                [CHECK_LOADS] = "loads", [CHECK_UNKNOWN] = "unknown", [CHECK_FAILS] = "fails"
        };

        return names[verdict];
}

char *check_place(const char *path) {
        char *place;

        if (strchr(path, '/'))
                return strdup(path);
        return asprintf(&place, "updates/%s", path) < 0 ? NULL : place;
}

const char *check_node_name(const Check *check, uint32_t node) {
        return check_is_candidate(check, node) ? check->states[node - check->n_tree].name
                                               : tree_module_name(&check->model->tree, node);
}

int check_report(Check *check, uint32_t c, const Finding *finding) {
        FindingSeverity severity = finding_severity(finding->kind);
        Finding named = *finding;

        named.candidate = c;
        named.path = check_candidate(check, c)->path;
        check->states[c].n_errors += severity == FINDING_ERROR;
        check->states[c].n_unknown += severity == FINDING_UNKNOWN;
        return findings_add(check->findings, &named);
}

const Candidate *check_describe(Check *check, uint32_t module) {
        const CheckInput *input = check->input;
        CheckKernel *kernel = check->kernel;

        if (!kernel->is_described[module] && input->describe)
                kernel->described[module] = input->describe(
                        input->userdata, tree_module_path(&check->model->tree, module));
        kernel->is_described[module] = true;
        return kernel->described[module];
}

static void check_done(Check *check) {
        for (size_t i = 0; check->states && i < check->candidates->count; i++) {
                free(check->states[i].name);
                free(check->states[i].place);
                free(check->states[i].needs);
        }
        free(check->states);
        free(check->taken_by);
        free(check->slots);
}

static int name_candidate(const Candidate *candidate, CheckState *state) {
        _cleanup_buffer_ Buffer name = {};
        const char *slash = strrchr(candidate->path, '/');
        const char *file = slash ? slash + 1 : candidate->path;
        int r;

        r = module_name_from_path(file, strlen(file), &name);
        if (r < 0 && r != -ENAMETOOLONG)
                return r;

        state->replaces = CHECK_NONE;
        state->name = strndup(name.data ? name.data : "", name.size);
        state->place = check_place(candidate->path);
        return state->name && state->place ? 0 : -ENOMEM;
}

static int check_init(Check *check) {
        size_t n = check->candidates->count;

        check->model = lookup_model(check->input->lookup);
        check->n_tree = (uint32_t) check->model->tree.count;
        check->states = calloc(n + 1, sizeof(CheckState));
        check->taken_by = calloc((size_t) check->n_tree + 1, sizeof(uint32_t));
        if (!check->states || !check->taken_by)
                return -ENOMEM;

        for (uint32_t m = 0; m < check->n_tree; m++)
                check->taken_by[m] = m;
        for (size_t c = 0; c < n; c++) {
                int r = name_candidate(&check->candidates->items[c], &check->states[c]);

                if (r < 0)
                        return r;
        }

        return 0;
}

static int compare_slots(const void *x, const void *y) {
        const CheckSlot *a = x, *b = y;
        int r = strcmp(a->name, b->name);

        return r != 0 ? r : (a->candidate > b->candidate) - (a->candidate < b->candidate);
}

/* What the candidates that are used export. */
static int gather_slots(Check *check) {
        const Candidates *candidates = check->candidates;
        size_t capacity = 0;

        for (uint32_t c = 0; c < candidates->count; c++) {
                const Candidate *candidate = &candidates->items[c];

                if (check->states[c].is_loser)
                        continue;
                if (ARRAY_RESERVE(check->slots, capacity, check->n_slots + candidate->n_exports) <
                    0)
                        return -ENOMEM;
                for (size_t i = 0; i < candidate->n_exports; i++)
                        check->slots[check->n_slots++] =
                                (CheckSlot){ candidate->exports[i].name, c };
        }

        if (check->n_slots > 0)
                qsort(check->slots, check->n_slots, sizeof(CheckSlot), compare_slots);
        return 0;
}

static int check_each(Check *check, int (*step)(Check *check, uint32_t candidate)) {
        int r = 0;

        for (uint32_t c = 0; r >= 0 && c < check->candidates->count; c++)
                r = step(check, c);
        return r;
}

static int run_steps(Check *check) {
        static int (*const steps[])(Check * check,
                                    uint32_t candidate) = { check_origin, check_symbols,
                                                            check_exports, check_cycle };
        int r;

        r = check_init(check);
        if (r >= 0)
                r = check_names(check);
        if (r >= 0)
                r = gather_slots(check);
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(steps); i++)
                r = check_each(check, steps[i]);
        if (r >= 0)
                r = check_removed(check);
        return r < 0 ? r : check_dependencies(check);
}

static CheckVerdict verdict_of(const CheckState *state) {
        return state->n_errors > 0    ? CHECK_FAILS
               : state->n_unknown > 0 ? CHECK_UNKNOWN
                                      : CHECK_LOADS;
}

/* As if there were no other candidate. */
static int check_alone(const CheckInput *input, CheckKernel *kernel, uint32_t c,
                       CheckVerdict *ret_verdict) {
        const Candidates one = { .items = &input->candidates->items[c], .count = 1 };
        _cleanup_(findings_done) Findings findings = {};
        _cleanup_(check_done) Check check = {
                .input = input, .kernel = kernel, .candidates = &one, .findings = &findings
        };
        int r;

        r = run_steps(&check);
        if (r >= 0)
                *ret_verdict = verdict_of(&check.states[0]);
        return r;
}

static int conclude(Check *check, CheckResults *results) {
        size_t n = check->candidates->count;

        results->items = calloc(n + 1, sizeof(CheckResult));
        if (!results->items)
                return -ENOMEM;

        for (uint32_t c = 0; c < n; c++) {
                CheckResult *result = &results->items[results->count++];
                int r = 0;

                *result = (CheckResult){ .name = TAKE_PTR(check->states[c].name),
                                         .path = TAKE_PTR(check->states[c].place),
                                         .together = verdict_of(&check->states[c]) };
                if (n > 1)
                        r = check_alone(check->input, check->kernel, c, &result->alone);
                else
                        result->alone = result->together;
                if (r < 0)
                        return r;
        }

        findings_sort(&results->findings);
        return 0;
}

static void kernel_done(CheckKernel *kernel) {
        free(kernel->described);
        free(kernel->is_described);
}

int check_candidates(const CheckInput *input, CheckResults *ret_results) {
        const Tree *tree = &lookup_model(input->lookup)->tree;
        _cleanup_(kernel_done) CheckKernel kernel = {
                .described = calloc(tree->count + 1, sizeof(Candidate *)),
                .is_described = calloc(tree->count + 1, sizeof(bool)),
        };
        _cleanup_(check_done) Check check = { .input = input,
                                              .kernel = &kernel,
                                              .candidates = input->candidates,
                                              .findings = &ret_results->findings };
        int r;

        *ret_results = (CheckResults){};
        if (!kernel.described || !kernel.is_described)
                return -ENOMEM;

        majority_find(&kernel.majority, tree, input->release);
        r = run_steps(&check);
        return r < 0 ? r : conclude(&check, ret_results);
}
