/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "elf-details.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

#define NOTE_HEADER_SIZE 12

static size_t align_4(size_t size) {
        return (size + 3) & ~(size_t) 3;
}

/* A note is three words, sizes of a name and of a content and a type, and then these two. */
int elf_build_id(ElfImage *image, const char **ret_bytes, size_t *ret_size) {
        const char *bytes;
        size_t size;
        int r;

        r = elf_image_section_bytes(image, elf_image_find_section(image, ".note.gnu.build-id"),
                                    &bytes, &size);
        if (r < 0)
                return r;

        while (size >= NOTE_HEADER_SIZE) {
                size_t name_size = elf_image_integer(image, bytes, 4);
                size_t content_size = elf_image_integer(image, bytes + 4, 4);
                uint64_t type = elf_image_integer(image, bytes + 8, 4);
                const char *name = bytes + NOTE_HEADER_SIZE;
                size_t left = size - NOTE_HEADER_SIZE;

                if (align_4(name_size) > left || content_size > left - align_4(name_size))
                        break;
                if (type == NT_GNU_BUILD_ID && name_size == 4 && memcmp(name, "GNU", 4) == 0) {
                        *ret_bytes = name + align_4(name_size);
                        *ret_size = content_size;
                        return 0;
                }

                left -= align_4(name_size);
                if (align_4(content_size) > left)
                        break;
                size = left - align_4(content_size);
                bytes = name + align_4(name_size) + align_4(content_size);
        }

        return -ENODATA;
}

/* The linker of a module joins the sections of all its exports, but need not have. */
static bool is_section_of_exports(const char *section, const char *joined) {
        size_t size = strlen(joined);

        return strcmp(section, joined) == 0 ||
               (section[0] == '_' && strncmp(section + 1, joined, size) == 0 &&
                section[1 + size] == '+');
}

static ElfExportKind kind_of(const ElfImage *image, ElfSymbol symbol) {
        const char *section = elf_image_section_name(image, symbol.section);

        if (!section)
                return ELF_EXPORT_UNKNOWN;
        if (is_section_of_exports(section, "__ksymtab_gpl"))
                return ELF_EXPORT_GPL;
        return is_section_of_exports(section, "__ksymtab") ? ELF_EXPORT_ANY : ELF_EXPORT_UNKNOWN;
}

/* The string that a symbol stands for; of no size if it does not end in its section. */
static int read_string(ElfImage *image, ElfSymbol symbol, ElfName *ret_string) {
        const char *bytes;
        size_t size;
        int r;

        *ret_string = (ElfName){ .bytes = "" };
        r = elf_image_section_bytes(image, symbol.section, &bytes, &size);
        if (r == -ENODATA || (r == 0 && symbol.value >= size))
                return 0;
        if (r < 0)
                return r;

        bytes += symbol.value;
        size -= (size_t) symbol.value;
        if (memchr(bytes, '\0', size))
                *ret_string = (ElfName){ .bytes = bytes, .size = strlen(bytes) };
        return 0;
}

/* Is the symbol's name these two, one behind the other? */
static bool has_name(const char *strings, size_t size, ElfSymbol symbol, const char *prefix,
                     const char *name) {
        size_t prefix_size = strlen(prefix), name_size = strlen(name);

        return symbol.name < size && size - symbol.name > prefix_size + name_size &&
               memcmp(strings + symbol.name, prefix, prefix_size) == 0 &&
               memcmp(strings + symbol.name + prefix_size, name, name_size + 1) == 0;
}

int elf_export_find(ElfImage *image, const char *name, ElfExport *ret_export) {
        ElfExport export = { .namespace = { .bytes = "" } };
        const char *strings;
        const void *table;
        size_t size, count;
        int r;

        r = elf_image_section(image, ELF_SECTION_STRTAB, &strings, &size);
        if (r < 0)
                return r;
        r = elf_image_symbols(image, &table, &count);
        if (r < 0)
                return r;

        for (size_t i = 0; i < count; i++) {
                ElfSymbol symbol = elf_image_symbol(image, table, i);

                if (has_name(strings, size, symbol, "__ksymtab_", name)) {
                        export.kind = kind_of(image, symbol);
                } else if (has_name(strings, size, symbol, "__kstrtabns_", name)) {
                        r = read_string(image, symbol, &export.namespace);
                        if (r < 0)
                                return r;
                }
        }

        *ret_export = export;
        return 0;
}

#define KSYMTAB "__ksymtab_"
#define NAMESPACE "__kstrtabns_"

/* A symbol with a name that begins like this; its rest is what is exported. */
typedef struct NamedSymbol {
        const char *name;
        ElfSymbol symbol;
} NamedSymbol;

static int compare_named(const void *x, const void *y) {
        return strcmp(((const NamedSymbol *) x)->name, ((const NamedSymbol *) y)->name);
}

/* Two sorted lists: the entries of exports, and the names of their namespaces. */
typedef struct ExportSymbols {
        NamedSymbol *entries;
        size_t n_entries;
        size_t entries_capacity;
        NamedSymbol *namespaces;
        size_t n_namespaces;
        size_t namespaces_capacity;
} ExportSymbols;

static void export_symbols_done(ExportSymbols *symbols) {
        free(symbols->entries);
        free(symbols->namespaces);
}

static int add_named(ExportSymbols *symbols, const char *name, ElfSymbol symbol) {
        if (strncmp(name, KSYMTAB, strlen(KSYMTAB)) == 0) {
                if (ARRAY_RESERVE(symbols->entries, symbols->entries_capacity,
                                  symbols->n_entries + 1) < 0)
                        return -ENOMEM;
                symbols->entries[symbols->n_entries++] =
                        (NamedSymbol){ name + strlen(KSYMTAB), symbol };
        } else if (strncmp(name, NAMESPACE, strlen(NAMESPACE)) == 0) {
                if (ARRAY_RESERVE(symbols->namespaces, symbols->namespaces_capacity,
                                  symbols->n_namespaces + 1) < 0)
                        return -ENOMEM;
                symbols->namespaces[symbols->n_namespaces++] =
                        (NamedSymbol){ name + strlen(NAMESPACE), symbol };
        }

        return 0;
}

static int gather_export_symbols(ElfImage *image, ExportSymbols *symbols) {
        const char *strings;
        const void *table;
        size_t size, count;
        int r;

        r = elf_image_section(image, ELF_SECTION_STRTAB, &strings, &size);
        if (r >= 0)
                r = elf_image_symbols(image, &table, &count);
        if (r < 0)
                return r == -ENODATA ? 0 : r;
        if (size == 0 || strings[size - 1] != '\0')
                return -EINVAL;

        for (size_t i = 0; i < count; i++) {
                ElfSymbol symbol = elf_image_symbol(image, table, i);

                if (symbol.name >= size)
                        continue;
                r = add_named(symbols, strings + symbol.name, symbol);
                if (r < 0)
                        return r;
        }

        if (symbols->n_namespaces > 0)
                qsort(symbols->namespaces, symbols->n_namespaces, sizeof(NamedSymbol),
                      compare_named);
        return 0;
}

int elf_export_each(ElfImage *image,
                    int (*on_export)(ElfName name, const ElfExport *export, void *userdata),
                    void *userdata) {
        _cleanup_(export_symbols_done) ExportSymbols symbols = {};
        int r;

        r = gather_export_symbols(image, &symbols);
        for (size_t i = 0; r >= 0 && i < symbols.n_entries; i++) {
                const NamedSymbol *entry = &symbols.entries[i], *found = NULL;
                ElfExport export = { .kind = kind_of(image, entry->symbol),
                                     .namespace = { .bytes = "" } };

                if (symbols.n_namespaces > 0)
                        found = bsearch(entry, symbols.namespaces, symbols.n_namespaces,
                                        sizeof(NamedSymbol), compare_named);
                if (found)
                        r = read_string(image, found->symbol, &export.namespace);
                if (r >= 0)
                        r = on_export((ElfName){ entry->name, strlen(entry->name) }, &export,
                                      userdata);
        }

        return r;
}
