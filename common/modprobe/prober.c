/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prober.h"

#include <errno.h>
#include <string.h>

#include "array.h"
#include "load-order.h"
#include "prober-parts.h"

void probe_plan_done(ProbePlan *plan) {
        free(plan->steps);
        free(plan->refusals);
        *plan = (ProbePlan){};
}

Prober *prober_free(Prober *prober) {
        if (!prober)
                return NULL;

        for (size_t i = 0; i < prober->n_targets; i++)
                free(prober->targets[i].alias);
        for (size_t i = 0; i < prober->n_missing; i++)
                free(prober->missing[i]);
        closure_done(&prober->closure);
        free(prober->targets);
        free(prober->heads);
        free(prober->missing);
        free(prober->tasks);
        free(prober);
        return NULL;
}

int prober_new(Prober **ret_prober, const Lookup *lookup, const ModprobeConfig *config) {
        _cleanup_(prober_freep) Prober *prober = calloc(1, sizeof(*prober));
        size_t n = lookup_count(lookup);
        int r;

        if (!prober)
                return -ENOMEM;

        prober->lookup = lookup;
        prober->config = config;
        r = closure_init(&prober->closure, &lookup_model(lookup)->graph);
        if (r < 0)
                return r;
        if (ARRAY_RESERVE(prober->heads, prober->heads_capacity, n + 1) < 0)
                return -ENOMEM;
        for (prober->n_heads = 0; prober->n_heads < n; prober->n_heads++)
                prober->heads[prober->n_heads] = TARGET_NONE;

        *ret_prober = TAKE_PTR(prober);
        return 0;
}

/* What is known of a target from another plan does not count. */
static Target *get(Prober *prober, uint32_t number) {
        Target *target = &prober->targets[number];

        if (target->plan != prober->plan) {
                target->plan = prober->plan;
                target->is_visited = target->is_required = target->ignores_command = false;
        }
        return target;
}

static int push(Prober *prober, ProbeTaskKind kind, uint32_t target, unsigned bits) {
        if (ARRAY_RESERVE(prober->tasks, prober->tasks_capacity, prober->n_tasks + 1) < 0)
                return -ENOMEM;

        prober->tasks[prober->n_tasks++] =
                (ProbeTask){ .kind = kind, .target = target, .bits = bits };
        return 0;
}

/* Dependencies from the end of their line to its beginning, and then the module itself. */
static int visit(Prober *prober, uint32_t number, unsigned bits, bool is_required) {
        Target *target = get(prober, number);
        uint32_t module = target->module, dependency;
        Closure *closure = &prober->closure;
        int r;

        if (target->is_visited)
                return 0;
        target->is_visited = true;
        target->is_required |= is_required;

        r = push(prober, PROBE_SURROUND, number, bits);
        if (r < 0 || module >= lookup_tree_count(prober->lookup))
                return r;

        closure_collect(closure, module);
        for (uint32_t i = 0; r >= 0 && i < closure->count; i++) {
                r = prober_get_target(prober, closure->members[i], NULL, &dependency);
                if (r < 0)
                        return r;
                get(prober, dependency)->is_required |= is_required;
                r = push(prober, PROBE_SURROUND, dependency, DEPENDENCY_HARD);
        }

        return r;
}

/* Looks up all names of a softdep first: whether there are any decides about the command. */
static int find_softdeps(Prober *prober, uint32_t module, TargetList *before, TargetList *after) {
        const char *text;
        int r;

        if ((prober->flags & PROBE_NO_SOFT) || !prober_softdep(prober, module, &text))
                return 0;

        r = prober_look_up_part(prober, softdep_of(text), SOFTDEP_PRE, before);
        return r < 0 ? r : prober_look_up_part(prober, softdep_of(text), SOFTDEP_POST, after);
}

static int push_visits(Prober *prober, const TargetList *list, unsigned bits) {
        int r = 0;

        for (size_t i = list->count; r >= 0 && i-- > 0;)
                r = push(prober, PROBE_VISIT, list->items[i], bits);
        return r;
}

static int surround(Prober *prober, uint32_t number, unsigned bits) {
        TargetList before = {}, after = {};
        int r;

        r = find_softdeps(prober, get(prober, number)->module, &before, &after);
        if (r >= 0) {
                get(prober, number)->ignores_command = before.count + after.count > 0;
                r = push_visits(prober, &after, DEPENDENCY_SOFT_POST);
        }
        if (r >= 0)
                r = push(prober, PROBE_APPEND, number, bits);
        if (r >= 0)
                r = push_visits(prober, &before, DEPENDENCY_SOFT_PRE);

        free(before.items);
        free(after.items);
        return r;
}

/* What is done is decided at the end, when it is known of all targets how they were met. */
static void decide(Prober *prober, ProbeStep *step) {
        const Target *target = get(prober, step->module);
        const Lookup *lookup = prober->lookup;

        step->module = target->module;
        step->name = prober_name(prober, target->module);
        step->alias = target->alias;
        step->is_required = target->is_required;
        if (prober->config)
                step->command = modprobe_config_find(prober->config, MODPROBE_INSTALL, step->name);

        if (step->command && !target->ignores_command)
                step->action = PROBE_COMMAND;
        else if (step->module >= lookup_count(lookup))
                step->action = PROBE_MISSING;
        else if (lookup_is_builtin(lookup, step->module))
                step->action = PROBE_BUILTIN;
        else
                step->action = PROBE_INSERT;
        if (step->action == PROBE_BUILTIN)
                step->bits |= DEPENDENCY_BUILTIN;
}

static int append(ProbePlan *plan, const ProbeTask *task) {
        if (ARRAY_RESERVE(plan->steps, plan->capacity, plan->count + 1) < 0)
                return -ENOMEM;

        plan->steps[plan->count++] = (ProbeStep){ .module = task->target, .bits = task->bits };
        return 0;
}

static int work(Prober *prober, ProbePlan *plan) {
        size_t first = plan->count;
        int r = 0;

        while (prober->n_tasks > 0 && r >= 0) {
                ProbeTask task = prober->tasks[--prober->n_tasks];

                switch (task.kind) {
                case PROBE_VISIT:
                        r = visit(prober, task.target, task.bits, false);
                        break;
                case PROBE_SURROUND:
                        r = surround(prober, task.target, task.bits);
                        break;
                case PROBE_APPEND:
                        r = append(plan, &task);
                        break;
                }
        }

        prober->n_tasks = 0;
        for (size_t i = first; i < plan->count; i++)
                decide(prober, &plan->steps[i]);
        return r;
}

/* True: a blacklist line counts here and there is one. */
static int refuse(Prober *prober, uint32_t number, ProbePlan *plan) {
        const Target *target = &prober->targets[number];
        const char *name = prober_name(prober, target->module);
        const ModprobeRule *rule = NULL;

        if (prober->config && (target->alias || (prober->flags & PROBE_BLACKLIST)))
                rule = modprobe_config_find(prober->config, MODPROBE_BLACKLIST, name);
        if (!rule)
                return false;
        if (ARRAY_RESERVE(plan->refusals, plan->refusals_capacity, plan->n_refusals + 1) < 0)
                return -ENOMEM;

        plan->refusals[plan->n_refusals++] =
                (ProbeRefusal){ .module = target->module, .name = name, .rule = rule };
        return true;
}

static bool is_builtin(const Prober *prober, uint32_t number) {
        uint32_t module = prober->targets[number].module;

        return module < lookup_count(prober->lookup) && lookup_is_builtin(prober->lookup, module);
}

static int plan_target(Prober *prober, uint32_t number, unsigned flags, ProbePlan *plan) {
        int r;

        prober->flags = flags;
        prober->plan++;
        r = refuse(prober, number, plan);
        if (r != 0 || ((flags & PROBE_REALLY) && is_builtin(prober, number)))
                return r < 0 ? r : 0;

        r = visit(prober, number, LOAD_ORDER_WANTED, true);
        return r < 0 ? r : work(prober, plan);
}

int prober_plan_module(Prober *prober, uint32_t module, const char *alias, unsigned flags,
                       ProbePlan *plan) {
        uint32_t target;
        int r = prober_get_target(prober, module, alias, &target);

        return r < 0 ? r : plan_target(prober, target, flags, plan);
}

int prober_plan(Prober *prober, const char *text, unsigned flags, ProbePlan *plan) {
        TargetList targets = {};
        uint32_t module;
        int r;

        r = prober_look_up(prober, text, &targets);
        for (size_t i = 0; r >= 0 && i < targets.count; i++)
                r = plan_target(prober, targets.items[i], flags, plan);
        if (r >= 0 && targets.count == 0) {
                r = lookup_find(prober->lookup, text, &module); /* a file */
                if (r == 0)
                        r = prober_plan_module(prober, module, NULL, flags, plan);
        }

        free(targets.items);
        return r;
}

void probe_step_options(const ProbeStep *step, const ModprobeConfig *config, Buffer *options) {
        size_t start = options->size;

        for (size_t i = 0; config && i < config->count; i++) {
                const ModprobeRule *rule = &config->rules[i];

                if (rule->kind != MODPROBE_OPTIONS ||
                    (strcmp(rule->name, step->name) != 0 &&
                     (!step->alias || strcmp(rule->name, step->alias) != 0)))
                        continue;
                if (options->size > start)
                        buffer_append_byte(options, ' ');
                buffer_append_string(options, rule->text);
        }
}
