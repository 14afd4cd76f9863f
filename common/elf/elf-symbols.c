/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "elf-symbols.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#define CRC_PREFIX "__crc_"
#define CRC_PREFIX_SIZE (sizeof(CRC_PREFIX) - 1)

#define VERSION_RECORD_SIZE 64

/*
 * Of all names together. Those of a real module lie one behind the other in its string table; in a
 * made one each may begin a byte after the last and go on to the end.
 */
#define NAMES_SIZE_MAX ((size_t) 64 * 1024 * 1024)

typedef struct Symbols {
        const void *table;
        size_t count;
        const char *strings;
        size_t strings_size;
        size_t names_left; /* of NAMES_SIZE_MAX */
} Symbols;

static int symbols_read(ElfImage *image, Symbols *ret_symbols) {
        Symbols symbols = { .names_left = NAMES_SIZE_MAX };
        int r;

        r = elf_image_section(image, ELF_SECTION_STRTAB, &symbols.strings, &symbols.strings_size);
        if (r < 0)
                return r;
        r = elf_image_symbols(image, &symbols.table, &symbols.count);
        if (r < 0)
                return r;

        *ret_symbols = symbols;
        return 0;
}

/* The offset must be inside of the string table. 0 or -EFBIG. */
static int symbol_name(Symbols *symbols, uint32_t offset, ElfName *ret_name) {
        const char *bytes = symbols->strings + offset;
        size_t limit = symbols->strings_size - offset, size;

        if (limit > symbols->names_left)
                limit = symbols->names_left + 1;
        size = strnlen(bytes, limit);
        if (size > symbols->names_left)
                return -EFBIG;

        symbols->names_left -= size;
        *ret_name = (ElfName){ .bytes = bytes, .size = size };
        return 0;
}

static int read_crc(ElfImage *image, ElfSymbol symbol, uint64_t *ret_crc) {
        uint32_t word;
        int r;

        if (symbol.section == SHN_ABS || symbol.section == SHN_UNDEF) {
                *ret_crc = symbol.value;
                return 0;
        }

        r = elf_image_word(image, symbol.section, symbol.value, &word);
        if (r == -ENOMEM || r == -EIO || r == -EFBIG)
                return r;

        *ret_crc = r < 0 ? ELF_CRC_UNREADABLE : word;
        return 0;
}

/*
 * 0 with *ret_count = 0 also when the table is not usable: then the other list counts. One name
 * outside of the string table spoils all, so the offsets are checked before any export is handed
 * out.
 */
static int export_crc_symbols(ElfImage *image, Symbols *symbols,
                              int (*on_export)(ElfName, uint64_t, void *), void *userdata,
                              size_t *ret_count) {
        int r;

        *ret_count = 0;

        /* Most modules export nothing: one fast search over the names saves a look at each symbol.
         */
        if (!memmem(symbols->strings, symbols->strings_size, CRC_PREFIX, CRC_PREFIX_SIZE))
                return 0;

        for (size_t i = 1; i < symbols->count; i++) {
                if (elf_image_symbol(image, symbols->table, i).name >= symbols->strings_size)
                        return 0;
        }

        for (size_t i = 1; i < symbols->count; i++) {
                ElfSymbol symbol = elf_image_symbol(image, symbols->table, i);
                const char *bytes = symbols->strings + symbol.name;
                ElfName name;
                uint64_t crc;

                if (symbols->strings_size - symbol.name < CRC_PREFIX_SIZE ||
                    memcmp(bytes, CRC_PREFIX, CRC_PREFIX_SIZE) != 0)
                        continue;

                r = read_crc(image, symbol, &crc);
                if (r < 0)
                        return r;

                r = symbol_name(symbols, symbol.name + (uint32_t) CRC_PREFIX_SIZE, &name);
                if (r == 0)
                        r = on_export(name, crc, userdata);
                if (r < 0)
                        return r;
                (*ret_count)++;
        }

        return 0;
}

static int export_strings(ElfImage *image, int (*on_export)(ElfName, uint64_t, void *),
                          void *userdata) {
        const char *bytes, *end;
        size_t size;
        int r;

        r = elf_image_section(image, ELF_SECTION_KSYMTAB_STRINGS, &bytes, &size);
        if (r < 0)
                return r;

        end = bytes + size;
        while (bytes < end && *bytes == '\0')
                bytes++;
        if (end - bytes <= 1)
                return 0;
        if (end[-1] != '\0')
                return -EINVAL;

        while (bytes < end) {
                ElfName name = { .bytes = bytes, .size = strlen(bytes) };

                if (name.size > 0) {
                        r = on_export(name, 0, userdata);
                        if (r < 0)
                                return r;
                }
                bytes += name.size + 1;
        }

        return 0;
}

int elf_exports(ElfImage *image, int (*on_export)(ElfName name, uint64_t crc, void *userdata),
                void *userdata) {
        Symbols symbols;
        size_t count = 0;
        int r;

        r = symbols_read(image, &symbols);
        if (r == -ENOMEM || r == -EIO || r == -EFBIG)
                return r;
        if (r == 0) {
                r = export_crc_symbols(image, &symbols, on_export, userdata, &count);
                if (r < 0 || count > 0)
                        return r;
        }

        return export_strings(image, on_export, userdata);
}

int elf_undefined(ElfImage *image, int (*on_undefined)(ElfName name, bool is_weak, void *userdata),
                  void *userdata) {
        uint16_t machine = elf_image_machine(image).machine;
        bool is_sparc = machine == EM_SPARC || machine == EM_SPARCV9;
        Symbols symbols;
        int r;

        r = symbols_read(image, &symbols);
        if (r < 0)
                return r;

        for (size_t i = 1; i < symbols.count; i++) {
                ElfSymbol symbol = elf_image_symbol(image, symbols.table, i);
                ElfName name;

                if (symbol.section != SHN_UNDEF)
                        continue;
                /* SPARC declares the global registers that it uses as undefined symbols. */
                if (is_sparc && ELF64_ST_TYPE(symbol.info) == STT_SPARC_REGISTER)
                        continue;
                if (symbol.name >= symbols.strings_size)
                        return -EINVAL;

                r = symbol_name(&symbols, symbol.name, &name);
                if (r < 0)
                        return r;
                if (name.size == 0)
                        continue;

                r = on_undefined(name, ELF64_ST_BIND(symbol.info) == STB_WEAK, userdata);
                if (r < 0)
                        return r;
        }

        return 0;
}

int elf_versions(ElfImage *image,
                 int (*on_version)(ElfName name, bool is_terminated, uint64_t crc, void *userdata),
                 void *userdata) {
        size_t crc_size = elf_image_machine(image).class == ELFCLASS64 ? 8 : 4, size;
        const char *bytes;
        int r;

        r = elf_image_section(image, ELF_SECTION_VERSIONS, &bytes, &size);
        if (r == -ENODATA || (r == 0 && size % VERSION_RECORD_SIZE != 0))
                return 0;
        if (r < 0)
                return r;

        for (const char *record = bytes; record < bytes + size; record += VERSION_RECORD_SIZE) {
                size_t field_size = VERSION_RECORD_SIZE - crc_size;
                ElfName name = { .bytes = record + crc_size,
                                 .size = strnlen(record + crc_size, field_size) };

                r = on_version(name, name.size < field_size,
                               elf_image_integer(image, record, crc_size), userdata);
                if (r < 0)
                        return r;
        }

        return 0;
}
