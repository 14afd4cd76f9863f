/* SPDX-License-Identifier: LGPL-2.1-or-later */
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

/*
 * A kernel directory without modules.builtin gets an index of no bytes at all, not an empty index:
 * so does kmod, and readers know it.
 */
static int render_names(const OutputJob *job) {
        const Builtin *builtin = &job->model->builtin;
        const Tree *tree = &job->model->tree;
        _cleanup_index_builder_ IndexBuilder builder = {};
        size_t next = 0;
        int r;

        r = copy_problems(job, OUTPUT_BUILTIN_BIN, &builtin->names_problems, &next, UINT64_MAX);
        if (r < 0 || !builtin->has_names)
                return r;

        for (size_t i = 0; i < builtin->n_names; i++) {
                StringId name = builtin->names[i];

                r = output_add_entry(
                        job, OUTPUT_BUILTIN_BIN, &builder,
                        &(OutputEntry){ .key = tree_string(tree, name),
                                        .key_size = string_table_size(tree->strings, name),
                                        .value = "" });
                if (r < 0)
                        return r;
        }

        return index_builder_render(&builder, job->options->layout,
                                    &job->set->files[OUTPUT_BUILTIN_BIN]);
}

static int add_alias(const OutputJob *job, IndexBuilder *builder, BuiltinAlias alias,
                     Buffer *keys) {
        const Tree *tree = &job->model->tree;
        size_t size;
        int r;
        const char *key =
                output_alias_key(job, OUTPUT_BUILTIN_ALIAS_BIN, alias.alias, keys, &size, &r);

        if (!key)
                return r;

        return output_add_entry(
                job, OUTPUT_BUILTIN_ALIAS_BIN, builder,
                &(OutputEntry){ .key = key,
                                .key_size = size,
                                .value = tree_string(tree, alias.module),
                                .value_size = string_table_size(tree->strings, alias.module) });
}

static int render_aliases(const OutputJob *job) {
        const Builtin *builtin = &job->model->builtin;
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer keys = {};
        const ProblemList *problems = &builtin->modinfo_problems;
        size_t keys_size = 0, next = 0;
        int r;

        if (!builtin->has_modinfo)
                return copy_problems(job, OUTPUT_BUILTIN_ALIAS_BIN, problems, &next, UINT64_MAX);

        /* Reserved at once, with a byte to spare: the keys stay where they are. */
        for (size_t i = 0; i < builtin->n_aliases; i++)
                keys_size += string_table_size(job->model->tree.strings, builtin->aliases[i].alias);
        r = buffer_reserve(&keys, keys_size + 1);
        if (r < 0)
                return r;

        for (size_t i = 0; i < builtin->n_aliases; i++) {
                r = copy_problems(job, OUTPUT_BUILTIN_ALIAS_BIN, problems, &next, i);
                if (r < 0)
                        return r;
                r = add_alias(job, &builder, builtin->aliases[i], &keys);
                if (r < 0)
                        return r;
        }

        r = copy_problems(job, OUTPUT_BUILTIN_ALIAS_BIN, problems, &next, UINT64_MAX);
        if (r < 0)
                return r;
        return index_builder_render(&builder, job->options->layout,
                                    &job->set->files[OUTPUT_BUILTIN_ALIAS_BIN]);
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
