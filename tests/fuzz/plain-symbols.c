/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plain-symbols.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#define CRC_PREFIX "__crc_"
#define RECORD_SIZE 64

static const PlainField symbol_name = { 0, 4, 0, 4 };
static const PlainField symbol_kind = { 4, 1, 12, 1 };
static const PlainField symbol_section = { 6, 2, 14, 2 };
static const PlainField symbol_value = { 8, 8, 4, 4 };

typedef struct Symbols {
        PlainSection table;
        uint64_t symbol_size;
        uint64_t count;
        const char *strings;
        size_t strings_size;
} Symbols;

static int find_symbols(const PlainElf *elf, Symbols *ret_symbols) {
        Symbols symbols = { .symbol_size = plain_elf_is_64(elf) ? 24 : 16 };
        PlainSection strings;
        int r;

        r = plain_elf_find_section(elf, ".strtab", &strings);
        if (r < 0)
                return r;
        r = plain_elf_find_section(elf, ".symtab", &symbols.table);
        if (r < 0)
                return r;
        if (symbols.table.size % symbols.symbol_size != 0)
                return -EINVAL;

        symbols.count = symbols.table.size / symbols.symbol_size;
        symbols.strings = plain_elf_bytes(elf, strings);
        symbols.strings_size = strings.size;
        *ret_symbols = symbols;
        return 0;
}

/* A name without end ends with the strings; a name outside of them is NULL. */
static ElfName name_at(const Symbols *symbols, uint64_t offset) {
        if (offset >= symbols->strings_size)
                return (ElfName){};
        return (ElfName){ .bytes = symbols->strings + offset,
                          .size = strnlen(symbols->strings + offset,
                                          symbols->strings_size - offset) };
}

static uint64_t symbol_at(const Symbols *symbols, uint64_t index) {
        return symbols->table.offset + index * symbols->symbol_size;
}

static ElfName name_of(const PlainElf *elf, const Symbols *symbols, uint64_t index) {
        return name_at(symbols, plain_elf_field(elf, symbol_at(symbols, index), symbol_name));
}

static uint64_t read_crc(const PlainElf *elf, uint64_t symbol) {
        uint64_t value = plain_elf_field(elf, symbol, symbol_value);
        uint64_t index = plain_elf_field(elf, symbol, symbol_section);
        PlainSection section;

        if (index == SHN_UNDEF || index == SHN_ABS)
                return value;
        if (index >= elf->n_sections)
                return ELF_CRC_UNREADABLE;

        section = plain_elf_section_at(elf, index);
        if (!section.is_inside || section.size < 4 || value > section.size - 4)
                return ELF_CRC_UNREADABLE;
        return plain_elf_integer(elf, section.offset + value, 4);
}

static bool names_are_sound(const PlainElf *elf, const Symbols *symbols) {
        for (uint64_t i = 1; i < symbols->count; i++) {
                if (!name_of(elf, symbols, i).bytes)
                        return false;
        }

        return true;
}

static int list_exports(const PlainElf *elf, void (*on_export)(ElfName, uint64_t, void *),
                        void *userdata) {
        const char *bytes, *end;
        PlainSection strings;
        int r;

        r = plain_elf_find_section(elf, "__ksymtab_strings", &strings);
        if (r < 0)
                return r;

        bytes = plain_elf_bytes(elf, strings);
        end = bytes + strings.size;
        while (bytes < end && *bytes == '\0')
                bytes++;
        if (end - bytes <= 1)
                return 0;
        if (end[-1] != '\0')
                return -EINVAL;

        for (; bytes < end; bytes += strlen(bytes) + 1) {
                if (*bytes != '\0')
                        on_export((ElfName){ bytes, strlen(bytes) }, 0, userdata);
        }

        return 0;
}

int plain_exports(const PlainElf *elf, void (*on_export)(ElfName name, uint64_t crc, void *),
                  void *userdata) {
        size_t prefix_size = strlen(CRC_PREFIX), n = 0;
        Symbols symbols;

        if (find_symbols(elf, &symbols) < 0 || !names_are_sound(elf, &symbols))
                return list_exports(elf, on_export, userdata);

        for (uint64_t i = 1; i < symbols.count; i++) {
                ElfName name = name_of(elf, &symbols, i);

                if (name.size < prefix_size || memcmp(name.bytes, CRC_PREFIX, prefix_size) != 0)
                        continue;
                n++;
                on_export((ElfName){ name.bytes + prefix_size, name.size - prefix_size },
                          read_crc(elf, symbol_at(&symbols, i)), userdata);
        }

        return n > 0 ? 0 : list_exports(elf, on_export, userdata);
}

typedef struct Versions {
        const char *records;
        size_t count;
        size_t crc_size;
        bool *is_used;
} Versions;

static ElfName version_name(const Versions *versions, size_t index) {
        const char *name = versions->records + index * RECORD_SIZE + versions->crc_size;

        return (ElfName){ name, strnlen(name, RECORD_SIZE - versions->crc_size) };
}

static uint64_t version_crc(const PlainElf *elf, const Versions *versions, size_t index) {
        const char *record = versions->records + index * RECORD_SIZE;

        return plain_elf_integer(elf, (uint64_t) (record - (const char *) elf->bytes),
                                 versions->crc_size);
}

static bool has_end(const Versions *versions, size_t index) {
        return version_name(versions, index).size < RECORD_SIZE - versions->crc_size;
}

/* The first record of that name; `count` if there is none. */
static size_t find_version(const Versions *versions, ElfName name) {
        size_t i;

        for (i = 0; i < versions->count; i++) {
                ElfName other = version_name(versions, i);

                if (has_end(versions, i) && other.size == name.size &&
                    memcmp(other.bytes, name.bytes, name.size) == 0)
                        break;
        }

        return i;
}

static int list_undefined(const PlainElf *elf, const Symbols *symbols, Versions *versions,
                          void (*on_import)(PlainImport, void *), void *userdata) {
        bool is_sparc = elf->machine.machine == EM_SPARC || elf->machine.machine == EM_SPARCV9;

        for (uint64_t i = 1; i < symbols->count; i++) {
                uint64_t symbol = symbol_at(symbols, i);
                uint64_t kind = plain_elf_field(elf, symbol, symbol_kind);
                PlainImport import = { .name = name_of(elf, symbols, i),
                                       .is_weak = kind >> 4 == STB_WEAK };
                size_t version;

                if (plain_elf_field(elf, symbol, symbol_section) != SHN_UNDEF ||
                    (is_sparc && (kind & 0xf) == STT_SPARC_REGISTER))
                        continue;
                if (!import.name.bytes)
                        return -EINVAL;
                if (import.name.size == 0)
                        continue;

                version = find_version(versions, import.name);
                if (version < versions->count) {
                        versions->is_used[version] = true;
                        import.has_crc = true;
                        import.crc = version_crc(elf, versions, version);
                }
                on_import(import, userdata);
        }

        return 0;
}

int plain_imports(const PlainElf *elf, void (*on_import)(PlainImport import, void *),
                  void *userdata) {
        Versions versions = { .crc_size = plain_elf_is_64(elf) ? 8 : 4 };
        _cleanup_free_ bool *is_used = NULL;
        PlainSection section;
        Symbols symbols;
        int r;

        r = find_symbols(elf, &symbols);
        if (r < 0)
                return r;

        r = plain_elf_find_section(elf, "__versions", &section);
        if (r == 0 && section.size % RECORD_SIZE == 0) {
                versions.records = plain_elf_bytes(elf, section);
                versions.count = section.size / RECORD_SIZE;
        }
        versions.is_used = is_used = calloc(versions.count + 1, sizeof(bool));
        if (!is_used)
                return -ENOMEM;

        r = list_undefined(elf, &symbols, &versions, on_import, userdata);
        if (r < 0)
                return r;

        for (size_t i = 0; i < versions.count; i++) {
                if (versions.is_used[i])
                        continue;
                if (!has_end(&versions, i))
                        return -EINVAL;
                on_import((PlainImport){ .name = version_name(&versions, i),
                                         .has_crc = true,
                                         .crc = version_crc(elf, &versions, i) },
                          userdata);
        }

        return 0;
}
