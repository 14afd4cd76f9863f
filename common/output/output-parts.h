/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "output.h"

/*
 * One function for each group of outputs that are made from the same material. Each renders those
 * of its kinds that are wanted and may run beside the others. Problems go to problems[kind]. The
 * result is that of output_render(); on failure *ret_failed is the kind.
 */
typedef struct OutputJob {
        OutputSet *set;
        const Model *model;
        const DepLines *lines;
        const OutputOptions *options;
        ProblemList *problems; /* one for each kind */
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

/* An entry of an index. Its strings are borrowed and must outlive the builder. */
typedef struct OutputEntry {
        const char *key;
        size_t key_size;
        const char *value;
        size_t value_size;
        uint32_t priority;
} OutputEntry;

/*
 * index_builder_add(), but an entry that an index cannot hold is left out and is a problem of this
 * kind.
 */
int output_add_entry(const OutputJob *job, OutputKind kind, IndexBuilder *builder,
                     const OutputEntry *entry);

/*
 * Appends an alias's normal form to `keys`, which must have room, and returns it and its size.
 * NULL: its brackets are not balanced, which is now a problem; *ret_result is 0 or -ENOMEM.
 */
const char *output_alias_key(const OutputJob *job, OutputKind kind, StringId alias, Buffer *keys,
                             size_t *ret_size, int *ret_result);
