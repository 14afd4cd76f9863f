/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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

int output_end(const OutputJob *job, OutputKind kind) {
        const Buffer *bytes = &job->memory->bytes;

        if (buffer_error(bytes) < 0)
                return buffer_error(bytes);
        return job->sink->take(kind, bytes, job->sink->userdata);
}

IndexBuilder *output_begin_index(const OutputJob *job, size_t n_entries) {
        IndexBuilder *builder = &job->memory->builder;

        output_keys_clear(&job->memory->keys);
        index_builder_clear(builder);
        return index_builder_reserve(builder, n_entries) < 0 ? NULL : builder;
}

int output_end_index(const OutputJob *job, OutputKind kind) {
        int r;

        r = index_builder_render(&job->memory->builder, job->options->layout, output_begin(job));
        return r < 0 ? r : output_end(job, kind);
}

static int report_bad_byte(const OutputJob *job, OutputKind kind, const OutputEntry *entry) {
        const char *prefix = job->memory->builder.prefix;
        int byte = index_find_bad_byte(entry->key, entry->key_size);
        _cleanup_free_ char *copy = NULL;

        if (byte < 0) {
                byte = index_find_bad_byte(entry->value, entry->value_size);
                copy = strndup(entry->value, entry->value_size);
        } else if (asprintf(&copy, "%s%.*s", prefix ? prefix : "", (int) entry->key_size,
                            entry->key) < 0)
                copy = NULL;
        if (!copy)
                return -ENOMEM;

        return problem_list_add(&job->problems[kind], &(Problem){ .kind = PROBLEM_BAD_CHARACTER,
                                                                  .subject = copy,
                                                                  .number = (uint64_t) byte });
}

int output_add_entry(const OutputJob *job, OutputKind kind, const OutputEntry *entry) {
        int r;

        r = index_builder_add(&job->memory->builder, entry->key, entry->key_size, entry->value,
                              entry->value_size, entry->priority);
        return r == -EILSEQ ? report_bad_byte(job, kind, entry) : r;
}

/* The top bits of those of eight bytes that are this one. */
static uint64_t bytes_that_are(uint64_t word, char byte) {
        const uint64_t ones = UINT64_C(0x0101010101010101);
        uint64_t rest = word ^ (ones * (uint8_t) byte);

        return (rest - ones) & ~rest & (ones << 7);
}

static bool has_special_byte(const char *bytes, size_t size) {
        uint64_t word = 0;

        memcpy(&word, bytes, size);
        return (bytes_that_are(word, '-') | bytes_that_are(word, '[') |
                bytes_that_are(word, ']')) != 0;
}

/* Most aliases are in normal form already and need no copy. */
static bool is_normal(const char *alias, size_t size) {
        size_t i;

        for (i = 0; size - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
                if (has_special_byte(alias + i, sizeof(uint64_t)))
                        return false;
        }

        return size <= ALIAS_SIZE_MAX && !has_special_byte(alias + i, size - i);
}

int output_add_alias(const OutputJob *job, OutputKind kind, StringId alias, OutputEntry *entry) {
        Buffer *keys;
        size_t size, start;
        int r;

        entry->key = string_table_view(job->model->tree.strings, alias, &entry->key_size);
        if (is_normal(entry->key, entry->key_size))
                return output_add_entry(job, kind, entry);

        size = entry->key_size < ALIAS_SIZE_MAX ? entry->key_size : ALIAS_SIZE_MAX;
        keys = output_keys_reserve(&job->memory->keys, size + 1);
        if (!keys)
                return -ENOMEM;

        start = keys->size;
        r = alias_normalize(entry->key, entry->key_size, keys);
        if (r == -EINVAL)
                return problem_list_add(
                        &job->problems[kind],
                        &(Problem){ .kind = PROBLEM_ALIAS_BRACKETS, .subject = entry->key });
        if (r < 0)
                return r;

        entry->key = keys->data + start;
        entry->key_size = keys->size - start;
        return output_add_entry(job, kind, entry);
}

typedef struct Rendering {
        OutputJob job;
        OutputMemory *memories; /* one for each worker */
        int results[ELEMENTSOF(parts)];
        OutputKind failed[ELEMENTSOF(parts)];
} Rendering;

static void output_memory_done(OutputMemory *memory) {
        index_builder_done(&memory->builder);
        buffer_done(&memory->bytes);
        output_keys_done(&memory->keys);
}

static void render_part(size_t number, unsigned worker, void *userdata) {
        Rendering *rendering = userdata;
        OutputJob job = rendering->job;

        job.memory = &rendering->memories[worker];
        rendering->results[number] = parts[number](&job, &rendering->failed[number]);
}

static int render_parts(Rendering *rendering, unsigned n_workers) {
        unsigned n = n_workers < ELEMENTSOF(parts) ? n_workers : ELEMENTSOF(parts);

        rendering->memories = calloc(n > 0 ? n : 1, sizeof(*rendering->memories));
        if (!rendering->memories)
                return -ENOMEM;

        parallel_run(n, ELEMENTSOF(parts), render_part, rendering);
        for (unsigned i = 0; i < n; i++)
                output_memory_done(&rendering->memories[i]);
        free(rendering->memories);
        return 0;
}

int output_render_to(const OutputSink *sink, const Model *model, const DepLines *lines,
                     const OutputOptions *options, ProblemList *problems, OutputKind *ret_failed) {
        ProblemList lists[OUTPUT_KINDS] = {};
        Rendering rendering = { .job = { .sink = sink,
                                         .model = model,
                                         .lines = lines,
                                         .options = options,
                                         .problems = lists } };
        int r;

        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                lists[i].least = problems ? problems->least : PROBLEM_ERROR;

        *ret_failed = OUTPUT_DEP;
        r = render_parts(&rendering, options->n_workers);
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

static int copy_to_set(OutputKind kind, const Buffer *bytes, void *userdata) {
        OutputSet *set = userdata;

        buffer_append(&set->files[kind], bytes->data, bytes->size);
        return buffer_error(&set->files[kind]);
}

OutputSink output_set_sink(OutputSet *set) {
        return (OutputSink){ .take = copy_to_set, .userdata = set };
}

int output_render(OutputSet *set, const Model *model, const DepLines *lines,
                  const OutputOptions *options, ProblemList *problems, OutputKind *ret_failed) {
        const OutputSink sink = output_set_sink(set);

        return output_render_to(&sink, model, lines, options, problems, ret_failed);
}
