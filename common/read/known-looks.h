/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>

#include "tree.h"

/*
 * Looks at the files of an earlier tree ahead of time, while another thread is still finding out
 * which modules there are: what costs when little has changed is to look at thousands of files.
 */
typedef struct KnownLooks {
        bool *is_same; /* by index in the earlier tree: the file has the stat key of the record */
        size_t next;   /* files before this one were looked at */
} KnownLooks;

void known_looks_done(KnownLooks *looks);

/* Goes on where it was until all are looked at or `is_enough`. Without memory it does nothing. */
void known_looks_go_on(KnownLooks *looks, const Tree *known, const atomic_bool *is_enough);

static inline bool known_looks_is_same(const KnownLooks *looks, size_t index) {
        return index < looks->next && looks->is_same[index];
}
