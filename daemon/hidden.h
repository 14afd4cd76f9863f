/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "problem.h"
#include "snapshot.h"

/*
 * What was seen before and may not be looked at now (an LSM, a network file system, a directory
 * whose mode was changed) is not gone. Finds the first problem of a new snapshot that says so: of a
 * folder with modules that are known, or of a list that could be read the last time.
 *
 * `old` is the last snapshot, or NULL; `known` an earlier tree of the same directory, or NULL. 0,
 * or 1 and the problem, which the snapshot owns; or -ENOMEM.
 */
int hidden_find(const Snapshot *snapshot, const Snapshot *old, const Tree *known,
                const Problem **ret_problem);
