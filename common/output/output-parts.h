/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "output-keys.h"
#include "output.h"

/*
 * What a worker renders with. The memory is kept from one output to the next: fresh memory costs
 * more than what is done with it.
 */
typedef struct OutputMemory {
        IndexBuilder builder;
        Buffer bytes; /* the file at hand */
        OutputKeys keys;
} OutputMemory;

/*
 * One function for each group of outputs that are made from the same material. Each renders those
 * of its kinds that are wanted and may run beside the others. Problems go to problems[kind]. The
 * result is that of output_render_to(); on failure *ret_failed is the kind.
 */
typedef struct OutputJob {
        const OutputSink *sink;
        const Model *model;
        const DepLines *lines;
        const OutputOptions *options;
        ProblemList *problems; /* one for each kind */
        OutputMemory *memory;  /* of the worker */
} OutputJob;

int output_dep(const OutputJob *job, OutputKind *ret_failed);
int output_alias(const OutputJob *job, OutputKind *ret_failed);
int output_alias_bin(const OutputJob *job, OutputKind *ret_failed);
int output_moddep(const OutputJob *job, OutputKind *ret_failed);
int output_symbols(const OutputJob *job, OutputKind *ret_failed);
int output_builtin(const OutputJob *job, OutputKind *ret_failed);
int output_devname(const OutputJob *job, OutputKind *ret_failed);

static inline bool output_is_wanted(const OutputJob *job, OutputKind kind) {
        return (job->options->kinds & OUTPUT_BIT(kind)) != 0;
}

/* The file at hand, emptied. */
static inline Buffer *output_begin(const OutputJob *job) {
        buffer_clear(&job->memory->bytes);
        return &job->memory->bytes;
}

/* Hands the file at hand to the sink. 0, -ENOMEM or what the sink says. */
int output_end(const OutputJob *job, OutputKind kind);

/* The builder of the index at hand, emptied and with room for so many entries; NULL: no memory. */
IndexBuilder *output_begin_index(const OutputJob *job, size_t n_entries);

/* Renders it and hands it to the sink. */
int output_end_index(const OutputJob *job, OutputKind kind);

/* An entry of an index. Its strings are borrowed and must outlive the builder. */
typedef struct OutputEntry {
        const char *key;
        size_t key_size;
        const char *value;
        size_t value_size;
        uint32_t priority;
} OutputEntry;

/*
 * index_builder_add() to the index at hand, but an entry that an index cannot hold is left out and
 * is a problem of this kind.
 */
int output_add_entry(const OutputJob *job, OutputKind kind, const OutputEntry *entry);

/* The same with an alias for its key, in normal form. Its brackets may be a problem too. */
int output_add_alias(const OutputJob *job, OutputKind kind, StringId alias, OutputEntry *entry);
