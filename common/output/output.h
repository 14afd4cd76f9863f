/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "buffer.h"
#include "dep-lines.h"
#include "index.h"
#include "model.h"
#include "problem.h"

/*
 * The index files of one kernel, rendered to bytes in memory (specification section 6). Nothing
 * here writes a file. The bytes are a pure function of the model and the format.
 *
 * The order of the kinds is that in which kmod writes them, and so that of their problems.
 */
typedef enum OutputKind {
        OUTPUT_DEP,
        OUTPUT_DEP_BIN,
        OUTPUT_ALIAS,
        OUTPUT_ALIAS_BIN,
        OUTPUT_SOFTDEP,
        OUTPUT_WEAKDEP,
        OUTPUT_SYMBOLS,
        OUTPUT_SYMBOLS_BIN,
        OUTPUT_BUILTIN_BIN,
        OUTPUT_BUILTIN_ALIAS_BIN,
        OUTPUT_DEVNAME,
        OUTPUT_KINDS,
} OutputKind;

#define OUTPUT_BIT(kind) (1U << (kind))
#define OUTPUT_ALL (OUTPUT_BIT(OUTPUT_KINDS) - 1)

/* Those that depmod -n shows. */
#define OUTPUT_TEXTS                                                                               \
        (OUTPUT_BIT(OUTPUT_DEP) | OUTPUT_BIT(OUTPUT_ALIAS) | OUTPUT_BIT(OUTPUT_SOFTDEP) |          \
         OUTPUT_BIT(OUTPUT_WEAKDEP) | OUTPUT_BIT(OUTPUT_SYMBOLS) | OUTPUT_BIT(OUTPUT_DEVNAME))

/*
 * Gets each file as soon as it is rendered, on the thread of a worker and while others are at work,
 * each kind once. The bytes are the renderer's and are gone afterwards. A negative result ends the
 * rendering and is its result.
 */
typedef struct OutputSink {
        int (*take)(OutputKind kind, const Buffer *bytes, void *userdata);
        void *userdata;
} OutputSink;

typedef struct OutputOptions {
        IndexLayout layout;
        unsigned kinds;         /* OUTPUT_BITs of what is wanted */
        bool report_duplicates; /* entries that stand twice in an index are problems (depmod -w) */
        unsigned n_workers;
} OutputOptions;

/* The rendered files. Those of kinds that were not asked for have no bytes. */
typedef struct OutputSet {
        Buffer files[OUTPUT_KINDS];
} OutputSet;

void output_set_done(OutputSet *set);
#define _cleanup_output_set_ _cleanup_(output_set_done)

/* "modules.dep.bin" */
const char *output_name(OutputKind kind);

/*
 * `lines` are those of modules.dep. What an output cannot take is left out of it and is a problem.
 * 0; -ENOMEM; -EFBIG: an index would pass the format's limit of 256 MiB; what the sink said; then
 * *ret_failed says which output it was. Each worker renders one file after the other in the same
 * memory, so that but a part of the set is in memory at once.
 */
int output_render_to(const OutputSink *sink, const Model *model, const DepLines *lines,
                     const OutputOptions *options, ProblemList *problems, OutputKind *ret_failed);

/* Copies what it gets into an empty set. */
OutputSink output_set_sink(OutputSet *set);

/* output_render_to() that sink. */
int output_render(OutputSet *set, const Model *model, const DepLines *lines,
                  const OutputOptions *options, ProblemList *problems, OutputKind *ret_failed);
