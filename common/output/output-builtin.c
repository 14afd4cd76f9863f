/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "output-parts.h"

/*
 * What is wrong with the file that an output is made from is told among what is wrong with the
 * output: copies the problems from *next on that were met before `number` was.
 */
static int copy_problems(const OutputJob *job, OutputKind kind, const ProblemList *list,
                         size_t *next, uint64_t number) {
        int r;

        for (; *next < list->count && list->items[*next].number <= number; (*next)++) {
                r = problem_list_add(&job->problems[kind], &list->items[*next]);
                if (r < 0)
                        return r;
        }

        return 0;
}

/* Of no bytes at all, which is not the empty index. */
static int render_nothing(const OutputJob *job, OutputKind kind) {
        (void) output_begin(job);
        return output_end(job, kind);
}

/*
 * A kernel directory without modules.builtin gets an index of no bytes at all, not an empty index:
 * so does kmod, and readers know it.
 */
static int render_names(const OutputJob *job) {
        const Builtin *builtin = &job->model->builtin;
        size_t next = 0;
        int r;

        r = copy_problems(job, OUTPUT_BUILTIN_BIN, &builtin->names_problems, &next, UINT64_MAX);
        if (r < 0)
                return r;
        if (!builtin->has_names)
                return render_nothing(job, OUTPUT_BUILTIN_BIN);

        if (!output_begin_index(job, builtin->n_names))
                return -ENOMEM;
        for (size_t i = 0; i < builtin->n_names; i++) {
                OutputEntry entry = { .value = "" };

                entry.key = string_table_view(job->model->tree.strings, builtin->names[i],
                                              &entry.key_size);
                r = output_add_entry(job, OUTPUT_BUILTIN_BIN, &entry);
                if (r < 0)
                        return r;
        }

        return output_end_index(job, OUTPUT_BUILTIN_BIN);
}

static int render_aliases(const OutputJob *job) {
        const Builtin *builtin = &job->model->builtin;
        const ProblemList *problems = &builtin->modinfo_problems;
        size_t next = 0;
        int r;

        if (!builtin->has_modinfo) {
                r = copy_problems(job, OUTPUT_BUILTIN_ALIAS_BIN, problems, &next, UINT64_MAX);
                return r < 0 ? r : render_nothing(job, OUTPUT_BUILTIN_ALIAS_BIN);
        }

        if (!output_begin_index(job, builtin->n_aliases))
                return -ENOMEM;
        for (size_t i = 0; i < builtin->n_aliases; i++) {
                BuiltinAlias alias = builtin->aliases[i];
                OutputEntry entry = {};

                entry.value = string_table_view(job->model->tree.strings, alias.module,
                                                &entry.value_size);
                r = copy_problems(job, OUTPUT_BUILTIN_ALIAS_BIN, problems, &next, i);
                if (r < 0)
                        return r;
                r = output_add_alias(job, OUTPUT_BUILTIN_ALIAS_BIN, alias.alias, &entry);
                if (r < 0)
                        return r;
        }

        r = copy_problems(job, OUTPUT_BUILTIN_ALIAS_BIN, problems, &next, UINT64_MAX);
        return r < 0 ? r : output_end_index(job, OUTPUT_BUILTIN_ALIAS_BIN);
}

int output_builtin(const OutputJob *job, OutputKind *ret_failed) {
        int r;

        *ret_failed = OUTPUT_BUILTIN_BIN;
        if (output_is_wanted(job, OUTPUT_BUILTIN_BIN)) {
                r = render_names(job);
                if (r < 0)
                        return r;
        }

        *ret_failed = OUTPUT_BUILTIN_ALIAS_BIN;
        return output_is_wanted(job, OUTPUT_BUILTIN_ALIAS_BIN) ? render_aliases(job) : 0;
}
