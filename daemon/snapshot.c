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
        module_files_done(&snapshot->files);
        model_done(&snapshot->model);
        problem_list_done(&snapshot->problems);
        free(snapshot);
        return NULL;
}

typedef struct StringCount {
        bool *is_counted;
        uint32_t n;
} StringCount;

static int count_string(StringId id, void *userdata) {
        StringCount *count = userdata;

        count->n += !count->is_counted[id];
        count->is_counted[id] = true;
        return 0;
}

int snapshot_count_strings(Snapshot *snapshot, const Snapshot *before) {
        const Tree *tree = &snapshot->model.tree;
        uint32_t n_all = string_table_count(tree->strings);
        StringCount count = {};

        if (before && before->model.tree.strings == tree->strings &&
            n_all - before->n_strings_at <= before->n_strings_at / 8) {
                snapshot->n_strings = before->n_strings;
                snapshot->n_strings_at = before->n_strings_at;
                return 0;
        }

        count.is_counted = calloc((size_t) n_all + 1, sizeof(bool));
        if (!count.is_counted)
                return -ENOMEM;
        for (size_t i = 0; i < tree->count; i++) {
                (void) count_string(tree->modules[i].name, &count);
                (void) count_string(tree->modules[i].path, &count);
                (void) module_each_string(&tree->modules[i], count_string, &count);
        }

        free(count.is_counted);
        snapshot->n_strings = count.n;
        snapshot->n_strings_at = n_all;
        return 0;
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
