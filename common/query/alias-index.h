/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tree.h"

/*
 * The alias patterns of many modules, sorted by what stands before the first wildcard. All patterns
 * that begin alike form a group, and each group knows the one whose beginning is the longest
 * beginning of its own. So the patterns that may match a name lie on one way up from where the name
 * itself would stand, and all others need not be looked at.
 */
typedef struct AliasPattern {
        StringId alias; /* as the module has it */
        uint32_t module;
        uint32_t sequence;    /* the order of answers */
        uint16_t prefix_size; /* of what stands before the first wildcard */
        uint16_t gram;        /* what a name has to contain to match; 0: nothing */
} AliasPattern;

typedef struct AliasGroup {
        uint32_t first;  /* of its patterns; the next group begins behind the last */
        uint32_t parent; /* the group of the next shorter beginning; ALIAS_GROUP_NONE */
} AliasGroup;

#define ALIAS_GROUP_NONE UINT32_MAX

typedef struct AliasIndex {
        const Tree *tree;
        AliasPattern *patterns;
        size_t count;
        size_t capacity;
        size_t n_sorted; /* of them, at the beginning, while it is being built */
        AliasGroup *groups;
        size_t n_groups;
} AliasIndex;

void alias_index_done(AliasIndex *index);

/* What has become of a module of an earlier index. */
typedef struct AliasHeir {
        uint32_t module; /* ALIAS_NO_HEIR: its patterns are not there any more, or others */
        uint32_t shift;  /* how much larger the sequence numbers of its patterns are; it may wrap */
} AliasHeir;

#define ALIAS_NO_HEIR UINT32_MAX

/*
 * Takes over the patterns of an earlier index, whose strings are of the same table, so that they
 * need not be sorted again. To be called first, or not at all. 0 or -ENOMEM.
 */
int alias_index_inherit(AliasIndex *index, const AliasIndex *before, const AliasHeir *heirs);

/*
 * Adds a pattern. One whose brackets are not balanced is passed over, as in modules.alias.bin.
 * 0 or -ENOMEM.
 */
int alias_index_add(AliasIndex *index, StringId alias, uint32_t module, uint32_t sequence,
                    Buffer *scratch);

/* To be called once, when all are added. 0 or -ENOMEM. */
int alias_index_finish(AliasIndex *index);

/* Patterns that match, by their sequence numbers. */
typedef struct AliasHits {
        const AliasPattern **items;
        size_t count;
        size_t capacity;
} AliasHits;

static inline void alias_hits_done(AliasHits *hits) {
        free(hits->items);
}

/* Replaces the hits. `name` is NUL-terminated and in its normal form. 0 or -ENOMEM. */
int alias_index_match(const AliasIndex *index, const char *name, size_t size, AliasHits *hits);
