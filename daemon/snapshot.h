/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lookup.h"
#include "model-difference.h"
#include "model.h"
#include "module-files.h"
#include "problem.h"

/*
 * A snapshot is the model of one kernel in one generation, with what is wrong with it. It is made
 * on a job's thread and never changes afterwards, so that jobs and questions use it side by side.
 *
 * References are counted on the event loop's thread only.
 */
typedef struct Snapshot {
        unsigned n_refs;
        uint64_t generation;
        bool is_kernel; /* there are modules, or what a kernel's build leaves beside them */
        Model model;
        ModuleFiles files; /* that the model was made from */
        Lookup *lookup;    /* over the model */
        ProblemList problems;
        uint32_t n_strings;    /* that the modules consist of, about */
        uint32_t n_strings_at; /* how many the table had when they were counted */
        /*
         * From the snapshot that it was made after. The names of what was removed are that one's,
         * so it is good for as long as both are there.
         */
        Difference difference;
} Snapshot;

int snapshot_new(Snapshot **ret_snapshot, const char *directory);
Snapshot *snapshot_ref(Snapshot *snapshot);
Snapshot *snapshot_unref(Snapshot *snapshot);

static inline void snapshot_unrefp(Snapshot **snapshot) {
        snapshot_unref(*snapshot);
}

/*
 * Counts the strings, or takes their number from the snapshot before if there are hardly any new
 * ones since. 0 or -ENOMEM.
 */
int snapshot_count_strings(Snapshot *snapshot, const Snapshot *before);

/*
 * Do both say the same, so that no answer and no output can differ? Cheap and on the safe side:
 * true only if no file was read anew.
 */
bool snapshot_is_equal(const Snapshot *a, const Snapshot *b);
