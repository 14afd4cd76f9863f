/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "module-lists.h"
#include "stat-key.h"
#include "string-table.h"

/*
 * A module is what one .ko file says of itself. All strings are ids of the table of the tree that
 * the module belongs to, so records of a few thousand modules are small and comparing is cheap.
 */

/*
 * A symbol that a module provides. A CRC that does not fit into 32 bits is wide: such a value is no
 * CRC at all (a pointer to nowhere, a strange file) and `crc` is 0.
 */
typedef struct Export {
        uint32_t name : STRING_ID_BITS;
        bool is_crc_wide : 1;
        uint32_t unused : 31 - STRING_ID_BITS; /* 0, so that words can be compared */
        uint32_t crc;                          /* 0 also when none is known */
} Export;

/*
 * A symbol that a module wants. `name` is the name that it is looked up by, which is without the
 * leading dot that some architectures put before functions (is_dotted).
 */
typedef struct Import {
        uint32_t name : STRING_ID_BITS;
        bool is_weak : 1;
        bool is_dotted : 1;
        bool has_crc : 1; /* __versions has a record for it */
        bool is_crc_wide : 1;
        uint32_t crc;
} Import;

typedef struct ModuleMachine {
        uint16_t machine; /* e_machine; 0: the file could not be read */
        uint8_t class;
        uint8_t byte_order;
} ModuleMachine;

typedef struct Module {
        StringId name;
        StringId path;     /* as printed: below the kernel directory, or absolute if external */
        StringId vermagic; /* STRING_NONE: it has none */
        ModuleMachine machine;
        bool is_external;
        bool is_racy;  /* the key proves nothing */
        bool is_read;  /* the rest of the record says what the file said */
        bool is_known; /* and was taken over from an earlier model */
        int error; /* positive errno: why exports could not be read; it is listed all the same */
        const char *reason; /* what a decompressor had to say, a constant; NULL: nothing */
        StatKey key;        /* of the file that was read; zeroed if that could not be told */

        /* All lists lie behind each other, in this order; see module_exports() and so on. */
        ModuleLists *lists;    /* NULL: all are empty */
        uint32_t lists_offset; /* where this module's begin, in words */
        uint32_t n_exports;
        uint32_t n_imports;
        uint32_t n_aliases;
        uint32_t n_softdeps;
        uint32_t n_weakdeps;
} Module;

_Static_assert(sizeof(Export) == 2 * sizeof(uint32_t) && sizeof(Import) == 2 * sizeof(uint32_t) &&
                       sizeof(StringId) == sizeof(uint32_t),
               "an export or import is two words and an id is one");

/* Of empty lists it is a place that no words are at: NULL has no offsets. */
static inline uint32_t *module_words(const Module *module) {
        return module->lists ? module->lists->words + module->lists_offset
                             : (uint32_t *) &module->lists_offset;
}

static inline Export *module_exports(const Module *module) {
        return (Export *) module_words(module);
}

static inline Import *module_imports(const Module *module) {
        return (Import *) (module_exports(module) + module->n_exports);
}

static inline StringId *module_aliases(const Module *module) {
        return (StringId *) (module_imports(module) + module->n_imports);
}

static inline StringId *module_softdeps(const Module *module) {
        return module_aliases(module) + module->n_aliases;
}

static inline StringId *module_weakdeps(const Module *module) {
        return module_softdeps(module) + module->n_softdeps;
}

/* How many words the record's lists take. */
size_t module_n_words(const Module *module);

/*
 * Gives `module`, which has a name and a path, the record of another one, whose string ids mean the
 * same: the module is known. It shares the lists.
 */
void module_share_record(Module *module, const Module *other);

/* Gives the module lists of its own. 0 or -ENOMEM. */
int module_own_lists(Module *module);

/* Replaces each string id of the record, not of its name and path, by map[id]. */
void module_translate(Module *module, const StringId *map);

/*
 * Calls on_string for each string id of the record, repetitions included. 0, or the first negative
 * result.
 */
int module_each_string(const Module *module, int (*on_string)(StringId id, void *userdata),
                       void *userdata);
