/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "blocked.h"

#include <errno.h>
#include <string.h>

#include "array.h"
#include "dependencies.h"
#include "prober-parts.h"

void blocked_done(Blocked *blocked) {
        free(blocked->ways);
        *blocked = (Blocked){};
}

/* Going through the steps of a plan: what is loaded by then, as far as that can be told. */
typedef struct Rehearsal {
        Prober *prober;
        uint8_t *presence; /* a WayResult by module: WAY_STOPPED is not there */
        size_t n_modules;
        bool is_certain;
        const ProbeStep *obstacle; /* the first step with a command that plays a part */
} Rehearsal;

static int rehearsal_init(Rehearsal *rehearsal, Prober *prober) {
        *rehearsal = (Rehearsal){ .prober = prober, .n_modules = prober->n_heads };
        rehearsal->presence = calloc(rehearsal->n_modules + 1, 1);
        return rehearsal->presence ? 0 : -ENOMEM;
}

/* What the kernel makes of an insertion: all that the module needs has to be there. */
static WayResult insert(const Rehearsal *rehearsal, uint32_t module) {
        const Graph *graph = &lookup_model(rehearsal->prober->lookup)->graph;
        WayResult result = WAY_LOADS;

        for (uint32_t i = 0; i < graph_n_edges(graph, module); i++) {
                WayResult provider = rehearsal->presence[graph_edges(graph, module)[i].provider];

                if (provider < result)
                        result = provider;
        }

        return result;
}

/* False: the step failed for certain. *ret_presence: is the module there now? */
static bool perform(Rehearsal *rehearsal, const ProbeStep *step, WayResult *ret_presence) {
        *ret_presence = WAY_STOPPED;

        switch (step->action) {
        case PROBE_BUILTIN:
                *ret_presence = WAY_LOADS;
                return true;
        case PROBE_MISSING:
                return false;
        case PROBE_INSERT:
                *ret_presence = insert(rehearsal, step->module);
                return *ret_presence != WAY_STOPPED;
        case PROBE_COMMAND:
                break;
        }

        if (!rehearsal->obstacle)
                rehearsal->obstacle = step;
        switch (command_effect(step->command->text)) {
        case COMMAND_FAILS:
                return false;
        case COMMAND_NOTHING:
                return true;
        case COMMAND_UNKNOWN:
                break;
        }
        *ret_presence = WAY_UNKNOWN;
        return true;
}

static void rehearse(Rehearsal *rehearsal, const ProbePlan *plan) {
        memset(rehearsal->presence, WAY_STOPPED, rehearsal->n_modules);
        rehearsal->is_certain = true;
        rehearsal->obstacle = NULL;

        for (size_t i = 0; i < plan->count; i++) {
                const ProbeStep *step = &plan->steps[i];
                uint8_t *presence = &rehearsal->presence[step->module];
                WayResult result;
                bool is_done;

                if (*presence == WAY_LOADS)
                        continue;
                is_done = perform(rehearsal, step, &result);
                if (result == WAY_LOADS && !rehearsal->is_certain)
                        result = WAY_UNKNOWN;
                if (result > *presence)
                        *presence = (uint8_t) result;
                if (!is_done && step->is_required)
                        return;
                if (result == WAY_UNKNOWN && step->is_required)
                        rehearsal->is_certain = false;
        }
}

static int add_way(Rehearsal *rehearsal, BlockedWay way, uint32_t subject, const ProbePlan *plan,
                   Blocked *blocked) {
        const ProbeStep *own = NULL;

        rehearse(rehearsal, plan);
        way.name = prober_name(rehearsal->prober, way.module);
        way.result = rehearsal->presence[subject];
        for (size_t i = 0; i < plan->count && !own; i++) {
                if (plan->steps[i].module == subject && plan->steps[i].action == PROBE_COMMAND)
                        own = &plan->steps[i];
        }
        if (!own)
                own = rehearsal->obstacle;
        if (way.result != WAY_LOADS && own) {
                way.obstacle = own->name;
                way.rule = own->command;
        } else if (way.result != WAY_LOADS && plan->n_refusals > 0) {
                way.obstacle = plan->refusals[0].name;
                way.rule = plan->refusals[0].rule;
        }

        if (ARRAY_RESERVE(blocked->ways, blocked->capacity, blocked->count + 1) < 0)
                return -ENOMEM;
        blocked->ways[blocked->count++] = way;
        return 0;
}

static int try_name(Rehearsal *rehearsal, uint32_t subject, uint32_t module, Blocked *blocked) {
        const char *name = prober_name(rehearsal->prober, module);
        _cleanup_probe_plan_ ProbePlan plan = {};
        int r;

        r = prober_plan(rehearsal->prober, name, PROBE_REALLY, &plan);
        if (r < 0 || r == PROBE_UNKNOWN)
                return r < 0 ? r : 0;
        return add_way(rehearsal, (BlockedWay){ .module = module }, subject, &plan, blocked);
}

static int try_alias(Rehearsal *rehearsal, uint32_t subject, uint32_t module, Blocked *blocked) {
        _cleanup_probe_plan_ ProbePlan plan = {};
        const char *alias;
        uint32_t target;
        int r;

        r = prober_find_alias(rehearsal->prober, module, &alias, &target);
        if (r < 0 || r == PROBE_UNKNOWN)
                return r < 0 ? r : 0;
        r = prober_plan_module(rehearsal->prober, module, rehearsal->prober->targets[target].alias,
                               PROBE_REALLY, &plan);
        return r < 0 ? r
                     : add_way(rehearsal, (BlockedWay){ .module = module, .alias = alias }, subject,
                               &plan, blocked);
}

static int try_module(Rehearsal *rehearsal, uint32_t subject, uint32_t module, Blocked *blocked) {
        int r = try_name(rehearsal, subject, module, blocked);

        return r < 0 ? r : try_alias(rehearsal, subject, module, blocked);
}

static BlockedVerdict judge(const Blocked *blocked) {
        WayResult by_name = WAY_STOPPED, by_alias = WAY_STOPPED;

        for (size_t i = 0; i < blocked->count; i++) {
                WayResult *best = blocked->ways[i].alias ? &by_alias : &by_name;

                if (blocked->ways[i].result > *best)
                        *best = blocked->ways[i].result;
        }

        if (by_alias == WAY_LOADS)
                return BLOCKED_OPEN;
        if (by_alias == WAY_UNKNOWN || (by_alias == WAY_STOPPED && by_name == WAY_UNKNOWN))
                return BLOCKED_UNKNOWN;
        return by_name == WAY_LOADS ? BLOCKED_ON_REQUEST : BLOCKED_FULLY;
}

int blocked_find(Prober *prober, const Pulls *pulls, uint32_t module, Blocked *ret_blocked) {
        _cleanup_pullers_ Pullers pullers = {};
        _cleanup_blocked_ Blocked blocked = {};
        Rehearsal rehearsal;
        int r;

        r = pullers_find(pulls, module,
                         DEPENDENCY_HARD | DEPENDENCY_SOFT_PRE | DEPENDENCY_SOFT_POST, &pullers);
        if (r < 0)
                return r;
        r = rehearsal_init(&rehearsal, prober);
        if (r < 0)
                return r;

        r = try_module(&rehearsal, module, module, &blocked);
        for (size_t i = 0; r >= 0 && i < pullers.count; i++)
                r = try_module(&rehearsal, module, pullers.items[i].module, &blocked);
        free(rehearsal.presence);
        if (r < 0)
                return r;

        blocked.verdict =
                module < lookup_count(prober->lookup) && lookup_is_builtin(prober->lookup, module)
                        ? BLOCKED_BUILTIN
                        : judge(&blocked);
        *ret_blocked = blocked;
        blocked = (Blocked){};
        return 0;
}
