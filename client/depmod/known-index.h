/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "module-cache.h"
#include "published.h"

/*
 * What an earlier run knew of the index files in a directory that this one publishes into too:
 * those that are still what this one would write need not be made.
 */
typedef struct KnownIndex {
        uint64_t source; /* see stale_outputs_source(); 0: nobody is to know */
        Published published;
        unsigned right; /* OUTPUT_BITs of those that need not be made */
} KnownIndex;

/*
 * Looks at the files that cannot have changed, as `cache` knows the tree that they were made from.
 * dir_fd is the directory, which is locked, or -1.
 */
void known_index_find(KnownIndex *known, const ModuleCache *cache, const Model *model,
                      IndexLayout layout, int dir_fd);

/*
 * Have so few modules been read anew that the next run had better read them again than this one
 * save what is known of all? Only where no index file had to be made.
 */
bool known_index_lacks_little(const Tree *tree);

/* What publication_renew() does, for one that need not be made. */
bool known_index_renew(const KnownIndex *known, int dir_fd, OutputKind kind, bool sync);

/*
 * What the next run may know, when all these files are in place. Those of kinds that were made have
 * these checksums; the others were right or are not published.
 */
void known_index_take(KnownIndex *known, const uint64_t *checksums, unsigned made, int dir_fd,
                      CachedIndex *ret_index);
