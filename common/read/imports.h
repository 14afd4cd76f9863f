/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elf-symbols.h"
#include "module.h"

/*
 * The imports of a module: its undefined symbols with the CRCs that __versions has for them, and
 * then the records of __versions that belong to none of them, which are needed too (specification
 * section 4.4).
 */
typedef struct ImportVersion {
        StringId name;
        bool is_terminated;
        bool is_used;
        uint64_t crc;
} ImportVersion;

/* Where in `versions` a name stands first; true for the module whose stamp it is. */
typedef struct ImportSlot {
        uint32_t stamp;
        uint32_t version;
} ImportSlot;

typedef struct Imports {
        Import *items;
        size_t count;
        size_t capacity;

        ImportVersion *versions;
        size_t n_versions;
        size_t versions_capacity;
        ImportSlot *slots; /* by string id */
        size_t n_slots;
        size_t slots_capacity;
        uint32_t stamp;

        StringTable *strings; /* during imports_gather() */
} Imports;

void imports_done(Imports *imports);

/*
 * Replaces the items by the imports of an image, with ids of `strings`. 0; negative errno, and then
 * there are no items.
 */
int imports_gather(Imports *imports, StringTable *strings, ElfImage *image);
