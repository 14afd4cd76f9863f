/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "id-lists.h"
#include "id-map.h"
#include "lookup-aliases.h"
#include "lookup.h"
#include "mutex.h"
#include "soft-edges.h"

/* What a lookup consists of, for the questions of this room. */

/* A module under a string: its name or its path. */
typedef struct NameSlot {
        StringId string;
        uint32_t module;
} NameSlot;

typedef struct NameSlots {
        NameSlot *items; /* sorted by string, then by module */
        size_t count;
} NameSlots;

/* The CRC that the modules which import a symbol have recorded for it. */
typedef struct ImportedCrc {
        uint32_t crc;
        bool is_known : 1;
        bool is_disputed : 1; /* they do not agree */
} ImportedCrc;

/*
 * Those of all symbols that no module exports. They are gathered when somebody asks for the first
 * time, for hardly anybody does; the mutex is for that.
 */
typedef struct ImportedCrcs {
        Mutex mutex;
        bool is_gathered;
        IdMap places; /* in items, by the symbol's name */
        ImportedCrc *items;
        size_t capacity;
} ImportedCrcs;

struct Lookup {
        const Model *model;
        uint32_t n_tree;
        StringId *builtins; /* names, each once */
        uint32_t n_builtins;
        NameSlots names;
        NameSlots paths;
        LookupAliases aliases;
        IdLists dependents; /* by module of the tree, in final order */
        ImportedCrcs imported;
        bool is_kernel_known; /* what the kernel exports has been read */
        SoftEdges soft_edges;
};

/* How many string ids there are, and so how many symbols. */
static inline uint32_t lookup_n_strings(const Lookup *lookup) {
        return string_table_count(lookup->model->tree.strings);
}

/* The first module with a name or path that is at least `least`, or LOOKUP_NOT_FOUND. */
int name_slots_find(const NameSlots *slots, StringId string, uint32_t least, uint32_t *ret_module);

int imported_crcs_init(ImportedCrcs *imported);
void imported_crcs_done(ImportedCrcs *imported);

/* Fills names, paths and builtins. 0 or -ENOMEM. */
int lookup_build_names(Lookup *lookup);

/* The builtin module that modules.builtin.modinfo calls by this name. 0 or -ENOMEM. */
int lookup_find_owner(const Lookup *lookup, StringId raw, Buffer *scratch, uint32_t *ret_module);
