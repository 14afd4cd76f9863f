/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "imports.h"

#include <errno.h>
#include <string.h>

#include "array.h"

void imports_done(Imports *imports) {
        free(imports->items);
        free(imports->versions);
        free(imports->slots);
        *imports = (Imports){};
}

static int add(Imports *imports, ElfName name, StringId id, bool is_weak,
               const ImportVersion *version) {
        uint64_t crc = version ? version->crc : 0;
        bool is_dotted = name.size > 0 && name.bytes[0] == '.';
        int r;

        if (is_dotted) {
                r = string_table_intern(imports->strings, name.bytes + 1, name.size - 1, &id);
                if (r < 0)
                        return r;
        }

        if (ARRAY_RESERVE(imports->items, imports->capacity, imports->count + 1) < 0)
                return -ENOMEM;

        imports->items[imports->count++] = (Import){ .name = id & STRING_ID_MASK,
                                                     .is_weak = is_weak,
                                                     .is_dotted = is_dotted,
                                                     .has_crc = version,
                                                     .is_crc_wide = crc > UINT32_MAX,
                                                     .crc = crc > UINT32_MAX ? 0 : (uint32_t) crc };
        return 0;
}

static int on_version(ElfName name, bool is_terminated, uint64_t crc, void *userdata) {
        Imports *imports = userdata;
        ImportSlot *slot;
        StringId id;
        int r;

        if (ARRAY_RESERVE(imports->versions, imports->versions_capacity, imports->n_versions + 1) <
            0)
                return -ENOMEM;
        r = string_table_intern(imports->strings, name.bytes, name.size, &id);
        if (r < 0)
                return r;
        if (ARRAY_RESERVE(imports->slots, imports->slots_capacity, (size_t) id + 1) < 0)
                return -ENOMEM;
        while (imports->n_slots <= id)
                imports->slots[imports->n_slots++] = (ImportSlot){};

        slot = &imports->slots[id];
        if (slot->stamp != imports->stamp && is_terminated)
                *slot = (ImportSlot){ .stamp = imports->stamp,
                                      .version = (uint32_t) imports->n_versions };

        imports->versions[imports->n_versions++] =
                (ImportVersion){ .name = id, .is_terminated = is_terminated, .crc = crc };
        return 0;
}

static int on_undefined(ElfName name, bool is_weak, void *userdata) {
        Imports *imports = userdata;
        ImportVersion *version = NULL;
        StringId id;
        int r;

        r = string_table_intern(imports->strings, name.bytes, name.size, &id);
        if (r < 0)
                return r;

        if (id < imports->n_slots && imports->slots[id].stamp == imports->stamp) {
                version = &imports->versions[imports->slots[id].version];
                version->is_used = true;
        }

        return add(imports, name, id, is_weak, version);
}

/* A leftover name that fills its field has no end, and kmod then distrusts all imports. */
static int add_leftovers(Imports *imports) {
        for (size_t i = 0; i < imports->n_versions; i++) {
                const ImportVersion *version = &imports->versions[i];
                char name[64];
                size_t size;
                int r;

                if (version->is_used)
                        continue;
                if (!version->is_terminated)
                        return -EINVAL;

                /* A copy, because interning moves the strings. */
                size = string_table_size(imports->strings, version->name);
                memcpy(name, string_table_get(imports->strings, version->name), size);
                r = add(imports, (ElfName){ .bytes = name, .size = size }, version->name, false,
                        version);
                if (r < 0)
                        return r;
        }

        return 0;
}

int imports_gather(Imports *imports, StringTable *strings, ElfImage *image) {
        int r;

        imports->count = imports->n_versions = 0;
        imports->strings = strings;
        imports->stamp++;

        r = elf_versions(image, on_version, imports);
        if (r >= 0)
                r = elf_undefined(image, on_undefined, imports);
        if (r >= 0)
                r = add_leftovers(imports);
        if (r < 0)
                imports->count = 0;
        return r;
}
