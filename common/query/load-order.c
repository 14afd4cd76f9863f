/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "load-order.h"

#include <errno.h>

#include "array.h"
#include "closure.h"
#include "lookup-parts.h"
#include "resolve.h"

/*
 * What is still to be done, the next thing at the end. A module is taken up once: then its
 * dependencies are to be surrounded, and it itself. To surround a module is to take up what it
 * wants to have before, to insert it, and to take up what it wants to have after.
 */
typedef enum TaskKind {
        TASK_TAKE_UP,
        TASK_SURROUND,
        TASK_INSERT,
} TaskKind;

typedef struct Task {
        TaskKind kind;
        uint32_t module;
        unsigned bits; /* why */
} Task;

typedef struct Planning {
        const Lookup *lookup;
        unsigned flags;
        Closure closure;
        uint8_t *is_taken_up; /* by module */
        unsigned *bits;       /* by module */
        Task *tasks;
        size_t n_tasks;
        size_t tasks_capacity;
        uint32_t *order;
        size_t n_order;
        uint8_t *is_inserted; /* by module */
} Planning;

static void planning_done(Planning *planning) {
        closure_done(&planning->closure);
        free(planning->is_taken_up);
        free(planning->bits);
        free(planning->tasks);
        free(planning->order);
        free(planning->is_inserted);
}

static int planning_init(Planning *planning, const Lookup *lookup, unsigned flags) {
        size_t n = (size_t) lookup_count(lookup) + 1;
        int r;

        *planning = (Planning){ .lookup = lookup, .flags = flags };
        r = closure_init(&planning->closure, &lookup->model->graph);
        if (r < 0)
                return r;

        planning->is_taken_up = calloc(n, 1);
        planning->is_inserted = calloc(n, 1);
        planning->bits = calloc(n, sizeof(unsigned));
        planning->order = calloc(n, sizeof(uint32_t));
        return planning->is_taken_up && planning->is_inserted && planning->bits && planning->order
                       ? 0
                       : -ENOMEM;
}

static int push(Planning *planning, TaskKind kind, uint32_t module, unsigned bits) {
        if (ARRAY_RESERVE(planning->tasks, planning->tasks_capacity, planning->n_tasks + 1) < 0)
                return -ENOMEM;

        planning->tasks[planning->n_tasks++] =
                (Task){ .kind = kind, .module = module, .bits = bits };
        return 0;
}

static int take_up(Planning *planning, uint32_t module, unsigned bits) {
        Closure *closure = &planning->closure;
        int r;

        planning->bits[module] |= bits;
        if (planning->is_taken_up[module])
                return 0;
        planning->is_taken_up[module] = true;

        r = push(planning, TASK_SURROUND, module, 0);
        if (r < 0 || lookup_is_builtin(planning->lookup, module))
                return r;

        closure_collect(closure, module);
        for (uint32_t i = 0; i < closure->count; i++) {
                r = push(planning, TASK_SURROUND, closure->members[i], DEPENDENCY_HARD);
                if (r < 0)
                        return r;
        }

        return 0;
}

static int push_soft(Planning *planning, uint32_t module, uint8_t kind) {
        size_t count;
        const SoftEdge *edges = soft_edges_get(&planning->lookup->soft_edges, module, &count);
        int r;

        for (size_t i = count; i-- > 0;) {
                if (edges[i].kind != kind || !edges[i].is_followed)
                        continue;
                r = push(planning, TASK_TAKE_UP, edges[i].module, kind);
                if (r < 0)
                        return r;
        }

        return 0;
}

static int surround(Planning *planning, uint32_t module, unsigned bits) {
        bool has_soft = !(planning->flags & LOAD_ORDER_NO_SOFT) &&
                        !lookup_is_builtin(planning->lookup, module);
        int r;

        if (has_soft) {
                r = push_soft(planning, module, DEPENDENCY_SOFT_POST);
                if (r < 0)
                        return r;
        }
        r = push(planning, TASK_INSERT, module, bits);
        if (r < 0 || !has_soft)
                return r;

        return push_soft(planning, module, DEPENDENCY_SOFT_PRE);
}

static void insert(Planning *planning, uint32_t module, unsigned bits) {
        planning->bits[module] |= bits;
        if (planning->is_inserted[module])
                return;

        planning->is_inserted[module] = true;
        planning->order[planning->n_order++] = module;
}

static int work(Planning *planning) {
        int r = 0;

        while (planning->n_tasks > 0 && r >= 0) {
                Task task = planning->tasks[--planning->n_tasks];

                switch (task.kind) {
                case TASK_TAKE_UP:
                        r = take_up(planning, task.module, task.bits);
                        break;
                case TASK_SURROUND:
                        r = surround(planning, task.module, task.bits);
                        break;
                case TASK_INSERT:
                        insert(planning, task.module, task.bits);
                        break;
                }
        }

        return r;
}

/* The modules of an alias one after the other, as modprobe inserts them. */
static int plan_name(Planning *planning, const char *name, bool *ret_is_resolved) {
        _cleanup_resolutions_ Resolutions found = {};
        uint32_t module;
        int r;

        r = resolve_alias(planning->lookup, name, RESOLVE_MODPROBE, &found);
        if (r < 0 && r != -EINVAL)
                return r;

        *ret_is_resolved = found.count > 0;
        for (size_t i = 0; i < found.count; i++) {
                r = take_up(planning, found.items[i].module, LOAD_ORDER_WANTED);
                if (r >= 0)
                        r = work(planning);
                if (r < 0)
                        return r;
        }
        if (found.count > 0)
                return 0;

        r = lookup_find(planning->lookup, name, &module); /* a file */
        if (r != 0)
                return r < 0 ? r : 0;
        *ret_is_resolved = true;
        r = take_up(planning, module, LOAD_ORDER_WANTED);
        return r < 0 ? r : work(planning);
}

static int add_order(const Planning *planning, FoundModules *modules) {
        int r;

        for (size_t i = 0; i < planning->n_order; i++) {
                uint32_t module = planning->order[i];
                unsigned bits = planning->bits[module];

                if (lookup_is_builtin(planning->lookup, module)) {
                        if (planning->flags & LOAD_ORDER_NO_BUILTIN)
                                continue;
                        bits |= DEPENDENCY_BUILTIN;
                }
                r = found_modules_add(modules, planning->lookup, module, bits);
                if (r < 0)
                        return r;
        }

        return 0;
}

void load_order_done(LoadOrder *order) {
        found_modules_done(&order->modules);
        free(order->unresolved);
        *order = (LoadOrder){};
}

int load_order_find(const Lookup *lookup, const char *const *names, size_t n_names, unsigned flags,
                    LoadOrder *ret_order) {
        _cleanup_(planning_done) Planning planning;
        _cleanup_load_order_ LoadOrder order = {};
        int r;

        r = planning_init(&planning, lookup, flags);
        if (r < 0)
                return r;
        order.unresolved = calloc(n_names + 1, sizeof(size_t));
        if (!order.unresolved)
                return -ENOMEM;

        for (size_t i = 0; i < n_names; i++) {
                bool is_resolved;

                r = plan_name(&planning, names[i], &is_resolved);
                if (r < 0)
                        return r;
                if (!is_resolved)
                        order.unresolved[order.n_unresolved++] = i;
        }

        r = add_order(&planning, &order.modules);
        if (r < 0)
                return r;

        *ret_order = order;
        order = (LoadOrder){};
        return 0;
}
