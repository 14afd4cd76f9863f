/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int snapshot_new(Snapshot **ret_snapshot, const char *directory) {
        Snapshot *snapshot = calloc(1, sizeof(*snapshot));
        int r;

        if (!snapshot)
                return -ENOMEM;

        snapshot->n_refs = 1;
        r = model_init(&snapshot->model, directory);
        if (r < 0) {
                snapshot_unref(snapshot);
                return r;
        }

        *ret_snapshot = snapshot;
        return 0;
}

Snapshot *snapshot_ref(Snapshot *snapshot) {
        if (snapshot)
                snapshot->n_refs++;
        return snapshot;
}

Snapshot *snapshot_unref(Snapshot *snapshot) {
        if (!snapshot || --snapshot->n_refs > 0)
                return NULL;

        difference_done(&snapshot->difference);
        lookup_free(snapshot->lookup);
        model_done(&snapshot->model);
        problem_list_done(&snapshot->problems);
        free(snapshot);
        return NULL;
}

static bool is_same_string(const Tree *a, StringId x, const Tree *b, StringId y) {
        if (a->strings == b->strings)
                return x == y;
        return strcmp(tree_string(a, x), tree_string(b, y)) == 0;
}

static bool has_same_modules(const Tree *a, const Tree *b) {
        if (a->count != b->count)
                return false;

        for (size_t i = 0; i < a->count; i++) {
                const Module *x = &a->modules[i], *y = &b->modules[i];

                if (x->is_racy || y->is_racy || !stat_key_is_equal(&x->key, &y->key) ||
                    !is_same_string(a, x->path, b, y->path))
                        return false;
        }

        return true;
}

static bool has_same_builtin(const Snapshot *a, const Snapshot *b) {
        const Builtin *x = &a->model.builtin, *y = &b->model.builtin;
        const Tree *s = &a->model.tree, *t = &b->model.tree;

        if (x->has_names != y->has_names || x->has_modinfo != y->has_modinfo ||
            x->n_names != y->n_names || x->n_aliases != y->n_aliases ||
            !problem_list_is_equal(&x->names_problems, &y->names_problems) ||
            !problem_list_is_equal(&x->modinfo_problems, &y->modinfo_problems))
                return false;

        for (size_t i = 0; i < x->n_names; i++) {
                if (!is_same_string(s, x->names[i], t, y->names[i]))
                        return false;
        }
        for (size_t i = 0; i < x->n_aliases; i++) {
                if (!is_same_string(s, x->aliases[i].alias, t, y->aliases[i].alias) ||
                    !is_same_string(s, x->aliases[i].module, t, y->aliases[i].module))
                        return false;
        }

        return true;
}

bool snapshot_is_equal(const Snapshot *a, const Snapshot *b) {
        return a->is_kernel == b->is_kernel && problem_list_is_equal(&a->problems, &b->problems) &&
               has_same_modules(&a->model.tree, &b->model.tree) && has_same_builtin(a, b);
}
