/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output.h"

#include <errno.h>
#include <string.h>

#include "module-name.h"
#include "output-parts.h"
#include "parallel.h"

static const char *const names[OUTPUT_KINDS] = {
        [OUTPUT_DEP] = "modules.dep",
        [OUTPUT_DEP_BIN] = "modules.dep.bin",
        [OUTPUT_ALIAS] = "modules.alias",
        [OUTPUT_ALIAS_BIN] = "modules.alias.bin",
        [OUTPUT_SOFTDEP] = "modules.softdep",
        [OUTPUT_WEAKDEP] = "modules.weakdep",
        [OUTPUT_SYMBOLS] = "modules.symbols",
        [OUTPUT_SYMBOLS_BIN] = "modules.symbols.bin",
        [OUTPUT_BUILTIN_BIN] = "modules.builtin.bin",
        [OUTPUT_BUILTIN_ALIAS_BIN] = "modules.builtin.alias.bin",
        [OUTPUT_DEVNAME] = "modules.devname",
};

/* The big ones first: they are handed out to the workers in this order. */
static int (*const parts[])(const OutputJob *job, OutputKind *ret_failed) = {
        output_alias_bin, output_symbols, output_alias,   output_dep,
        output_moddep,    output_builtin, output_devname,
};

const char *output_name(OutputKind kind) {
        return names[kind];
}

void output_set_done(OutputSet *set) {
        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                buffer_done(&set->files[i]);
}

static int report_bad_byte(ProblemList *problems, const char *string, size_t size, int byte) {
        _cleanup_free_ char *copy = strndup(string, size);

        if (!copy)
                return -ENOMEM;
        return problem_list_add(problems, &(Problem){ .kind = PROBLEM_BAD_CHARACTER,
                                                      .subject = copy,
                                                      .number = (uint64_t) byte });
}

int output_add_entry(const OutputJob *job, OutputKind kind, IndexBuilder *builder,
                     const OutputEntry *entry) {
        int r, byte;

        r = index_builder_add(builder, entry->key, entry->key_size, entry->value, entry->value_size,
                              entry->priority);
        if (r != -EILSEQ)
                return r;

        byte = index_find_bad_byte(entry->key, entry->key_size);
        if (byte >= 0)
                return report_bad_byte(&job->problems[kind], entry->key, entry->key_size, byte);

        return report_bad_byte(&job->problems[kind], entry->value, entry->value_size,
                               index_find_bad_byte(entry->value, entry->value_size));
}

/* Most aliases are in normal form already and need no copy. */
static bool is_normal(const char *alias, size_t size) {
        return size <= ALIAS_SIZE_MAX && strcspn(alias, "-[]") == size;
}

const char *output_alias_key(const OutputJob *job, OutputKind kind, StringId alias, Buffer *keys,
                             size_t *ret_size, int *ret_result) {
        const Tree *tree = &job->model->tree;
        const char *raw = tree_string(tree, alias);
        size_t size = string_table_size(tree->strings, alias), start = keys->size;
        int r;

        *ret_result = 0;
        *ret_size = size;
        if (is_normal(raw, size))
                return raw;

        r = alias_normalize(raw, size, keys);
        if (r == -EINVAL)
                r = problem_list_add(&job->problems[kind],
                                     &(Problem){ .kind = PROBLEM_ALIAS_BRACKETS, .subject = raw });
        else if (r == 0) {
                *ret_size = keys->size - start;
                return keys->data + start;
        }

        *ret_result = r;
        return NULL;
}

typedef struct Rendering {
        OutputJob job;
        int results[ELEMENTSOF(parts)];
        OutputKind failed[ELEMENTSOF(parts)];
} Rendering;

static void render_part(size_t number, unsigned worker, void *userdata) {
        Rendering *rendering = userdata;

        (void) worker;
        rendering->results[number] = parts[number](&rendering->job, &rendering->failed[number]);
}

int output_render(OutputSet *set, const Model *model, const DepLines *lines,
                  const OutputOptions *options, ProblemList *problems, OutputKind *ret_failed) {
        ProblemList lists[OUTPUT_KINDS] = {};
        Rendering rendering = {
                .job = { .set = set,
                         .model = model,
                         .lines = lines,
                         .options = options,
                         .problems = lists },
        };
        int r = 0;

        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                lists[i].least = problems ? problems->least : PROBLEM_ERROR;

        parallel_run(options->n_workers, ELEMENTSOF(parts), render_part, &rendering);

        for (size_t i = 0; i < ELEMENTSOF(parts) && r == 0; i++) {
                r = rendering.results[i];
                *ret_failed = rendering.failed[i];
        }
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if (r == 0 && problems)
                        r = problem_list_move(problems, &lists[i]);
                problem_list_done(&lists[i]);
        }

        return r;
}
