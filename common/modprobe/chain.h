/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pulls.h"

/* The shortest way on which one module pulls in another. */
typedef struct ChainLink {
        uint32_t from;
        uint32_t to;
        unsigned bits;     /* DEPENDENCY_HARD and its like */
        StringId *symbols; /* of `to` that `from` imports, in the order of its file */
        size_t n_symbols;
} ChainLink;

typedef struct Chain {
        ChainLink *links; /* none if the one does not pull in the other */
        size_t count;
} Chain;

void chain_done(Chain *chain);
#define _cleanup_chain_ _cleanup_(chain_done)

/* Through edges of these kinds only. 0 or -ENOMEM. */
int chain_find(const Lookup *lookup, const Pulls *pulls, uint32_t from, uint32_t to, unsigned kinds,
               Chain *ret_chain);
