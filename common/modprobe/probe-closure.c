/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-closure.h"

#include <errno.h>
#include <string.h>

#include "array.h"
#include "load-order.h"
#include "prober-parts.h"

void probe_closure_done(ProbeClosure *closure) {
        free(closure->steps);
        free(closure->unresolved);
        free(closure->refused);
        *closure = (ProbeClosure){};
}

typedef struct Gathering {
        Prober *prober;
        unsigned flags;
        ProbeClosure *closure;
        size_t *places; /* by module: the place of its step + 1 */
        ProbePlan plan; /* of the present name */
} Gathering;

/* How many modules the lookup has: what is not among them is missing, and no step of a closure. */
static uint32_t n_modules(const Gathering *gathering) {
        return lookup_count(gathering->prober->lookup);
}

static int take_step(Gathering *gathering, const ProbeStep *step) {
        ProbeClosure *closure = gathering->closure;
        size_t *place = &gathering->places[step->module];

        if (*place > 0) {
                closure->steps[*place - 1].bits |= step->bits;
                return 0;
        }
        if (ARRAY_RESERVE(closure->steps, closure->capacity, closure->count + 1) < 0)
                return -ENOMEM;

        closure->steps[closure->count++] = *step;
        *place = closure->count;
        return 0;
}

/* Without the builtin ones only at the end: they lead to others, too. */
static int take_plan(Gathering *gathering, bool *ret_has_step) {
        const ProbePlan *plan = &gathering->plan;
        int r = 0;

        *ret_has_step = false;
        for (size_t i = 0; r >= 0 && i < plan->count; i++) {
                const ProbeStep *step = &plan->steps[i];

                *ret_has_step |= step->action != PROBE_MISSING;
                if (step->module < n_modules(gathering))
                        r = take_step(gathering, step);
        }

        return r;
}

static int take_refusals(Gathering *gathering, size_t question) {
        const ProbePlan *plan = &gathering->plan;
        ProbeClosure *closure = gathering->closure;

        if (ARRAY_RESERVE(closure->refused, closure->refused_capacity,
                          closure->n_refused + plan->n_refusals) < 0)
                return -ENOMEM;

        for (size_t i = 0; i < plan->n_refusals; i++)
                closure->refused[closure->n_refused++] =
                        (ProbeRefused){ .question = question, .refusal = plan->refusals[i] };
        return 0;
}

static int take_name(Gathering *gathering, const char *name, size_t question) {
        ProbePlan *plan = &gathering->plan;
        bool has_step;
        int r;

        plan->count = plan->n_refusals = 0;
        r = prober_plan(gathering->prober, name, gathering->flags, plan);
        if (r >= 0)
                r = take_plan(gathering, &has_step);
        if (r >= 0)
                r = take_refusals(gathering, question);
        if (r < 0)
                return r;

        if (!has_step && plan->n_refusals == 0)
                gathering->closure->unresolved[gathering->closure->n_unresolved++] = question;
        return 0;
}

static int take_weakdep(Gathering *gathering, uint32_t module, const char *alias) {
        bool has_step;
        int r;

        gathering->plan.count = gathering->plan.n_refusals = 0;
        r = prober_plan_module(gathering->prober, module, alias, gathering->flags,
                               &gathering->plan);
        for (size_t i = 0; r >= 0 && i < gathering->plan.count; i++) {
                ProbeStep *step = &gathering->plan.steps[i];

                step->bits &= ~(unsigned) LOAD_ORDER_WANTED;
                if (step->module == module)
                        step->bits |= DEPENDENCY_WEAK;
        }
        return r < 0 ? r : take_plan(gathering, &has_step);
}

/* Those of all modules, also of the ones that come in by this. */
static int take_weakdeps(Gathering *gathering) {
        Prober *prober = gathering->prober;
        int r = 0;

        for (size_t i = 0; r >= 0 && i < gathering->closure->count; i++) {
                TargetList found = {};

                r = prober_find_weakdeps(prober, gathering->closure->steps[i].module, &found);
                for (size_t j = 0; r >= 0 && j < found.count; j++) {
                        const Target *target = &prober->targets[found.items[j]];

                        r = take_weakdep(gathering, target->module, target->alias);
                }
                free(found.items);
        }

        return r;
}

static void leave_out_builtins(ProbeClosure *closure) {
        size_t n = 0;

        for (size_t i = 0; i < closure->count; i++) {
                if (closure->steps[i].action != PROBE_BUILTIN)
                        closure->steps[n++] = closure->steps[i];
        }

        closure->count = n;
}

static int gather(Gathering *gathering, const char *const *names, size_t n_names) {
        int r = 0;

        gathering->closure->unresolved = calloc(n_names + 1, sizeof(size_t));
        gathering->places = calloc((size_t) n_modules(gathering) + 1, sizeof(size_t));
        if (!gathering->closure->unresolved || !gathering->places)
                return -ENOMEM;

        for (size_t i = 0; r >= 0 && i < n_names; i++)
                r = take_name(gathering, names[i], i);
        if (r >= 0 && (gathering->flags & PROBE_WEAK))
                r = take_weakdeps(gathering);
        if (r >= 0 && (gathering->flags & PROBE_NO_BUILTIN))
                leave_out_builtins(gathering->closure);
        return r;
}

int probe_closure_find(Prober *prober, const char *const *names, size_t n_names, unsigned flags,
                       ProbeClosure *ret_closure) {
        _cleanup_probe_closure_ ProbeClosure closure = {};
        Gathering gathering = { .prober = prober, .flags = flags, .closure = &closure };
        int r;

        r = gather(&gathering, names, n_names);
        free(gathering.places);
        probe_plan_done(&gathering.plan);
        if (r < 0)
                return r;

        *ret_closure = closure;
        closure = (ProbeClosure){};
        return 0;
}
