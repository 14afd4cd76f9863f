/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "elf-writer.h"

#include <elf.h>

#include "test-case.h"

const ElfFormat elf_formats[ELF_FORMATS] = {
        { "64 bit, little-endian", ELFCLASS64, ELFDATA2LSB, EM_X86_64 },
        { "64 bit, big-endian", ELFCLASS64, ELFDATA2MSB, EM_PPC64 },
        { "32 bit, little-endian", ELFCLASS32, ELFDATA2LSB, EM_ARM },
        { "32 bit, big-endian", ELFCLASS32, ELFDATA2MSB, EM_MIPS },
};

typedef struct Place {
        size_t offset;
        unsigned size;
} Place;

#define PLACE(type, member)                                                                        \
        { offsetof(type, member), sizeof(((type *) NULL)->member) }

static const Place places[ELF_FIELDS][2] = {
        [ELF_FIELD_SHOFF] = { PLACE(Elf32_Ehdr, e_shoff), PLACE(Elf64_Ehdr, e_shoff) },
        [ELF_FIELD_SHENTSIZE] = { PLACE(Elf32_Ehdr, e_shentsize), PLACE(Elf64_Ehdr, e_shentsize) },
        [ELF_FIELD_SHNUM] = { PLACE(Elf32_Ehdr, e_shnum), PLACE(Elf64_Ehdr, e_shnum) },
        [ELF_FIELD_SHSTRNDX] = { PLACE(Elf32_Ehdr, e_shstrndx), PLACE(Elf64_Ehdr, e_shstrndx) },
        [ELF_FIELD_SECTION_NAME] = { PLACE(Elf32_Shdr, sh_name), PLACE(Elf64_Shdr, sh_name) },
        [ELF_FIELD_SECTION_TYPE] = { PLACE(Elf32_Shdr, sh_type), PLACE(Elf64_Shdr, sh_type) },
        [ELF_FIELD_SECTION_OFFSET] = { PLACE(Elf32_Shdr, sh_offset), PLACE(Elf64_Shdr, sh_offset) },
        [ELF_FIELD_SECTION_SIZE] = { PLACE(Elf32_Shdr, sh_size), PLACE(Elf64_Shdr, sh_size) },
};

static bool is_64(ElfFormat format) {
        return format.class == ELFCLASS64;
}

static void put(ElfFormat format, char *bytes, uint64_t value, unsigned size) {
        for (unsigned i = 0; i < size; i++) {
                unsigned shift = format.byte_order == ELFDATA2LSB ? i : size - 1 - i;

                bytes[i] = (char) (value >> (8 * shift));
        }
}

static uint64_t get(ElfFormat format, const char *bytes, unsigned size) {
        uint64_t value = 0;

        for (unsigned i = 0; i < size; i++) {
                unsigned at = format.byte_order == ELFDATA2LSB ? size - 1 - i : i;

                value = value << 8 | (uint8_t) bytes[at];
        }

        return value;
}

void elf_format_append(ElfFormat format, Buffer *bytes, uint64_t value, unsigned size) {
        char integer[8];

        put(format, integer, value, size);
        buffer_append(bytes, integer, size);
}

void elf_writer_done(ElfWriter *writer) {
        buffer_done(&writer->symbols);
        buffer_done(&writer->strings);
}

uint16_t elf_writer_add_section(ElfWriter *writer, const char *name, const void *bytes,
                                size_t size) {
        assert_true(writer->n_sections < ELEMENTSOF(writer->sections));
        writer->sections[writer->n_sections++] =
                (ElfWriterSection){ .name = name, .bytes = bytes, .size = size };
        return (uint16_t) writer->n_sections;
}

void elf_writer_add_symbol_at(ElfWriter *writer, uint32_t name, uint64_t value, uint16_t section,
                              uint8_t info) {
        ElfFormat format = writer->format;
        Buffer *table = &writer->symbols;

        if (table->size == 0) {
                static const char first[sizeof(Elf64_Sym)];

                buffer_append(table, first, is_64(format) ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym));
        }

        elf_format_append(format, table, name, 4);
        if (!is_64(format)) {
                elf_format_append(format, table, value, 4);
                elf_format_append(format, table, 0, 4);
        }
        elf_format_append(format, table, info, 1);
        elf_format_append(format, table, 0, 1);
        elf_format_append(format, table, section, 2);
        if (is_64(format)) {
                elf_format_append(format, table, value, 8);
                elf_format_append(format, table, 0, 8);
        }
}

void elf_writer_add_symbol(ElfWriter *writer, const char *name, uint64_t value, uint16_t section,
                           uint8_t info) {
        if (writer->strings.size == 0)
                buffer_append_byte(&writer->strings, '\0');
        elf_writer_add_symbol_at(writer, (uint32_t) writer->strings.size, value, section, info);
        buffer_append(&writer->strings, name, strlen(name) + 1);
}

static void pad(Buffer *file) {
        while (file->size % 8 != 0)
                buffer_append_byte(file, 0);
}

static void append_header(ElfFormat format, Buffer *file) {
        const uint8_t ident[EI_NIDENT] = { 0x7f,      'E',          'L',
                                           'F',       format.class, format.byte_order,
                                           EV_CURRENT };
        size_t rest = (is_64(format) ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr)) - EI_NIDENT - 8;

        buffer_append(file, ident, sizeof(ident));
        elf_format_append(format, file, ET_REL, 2);
        elf_format_append(format, file, format.machine, 2);
        elf_format_append(format, file, EV_CURRENT, 4);
        for (size_t i = 0; i < rest; i++)
                buffer_append_byte(file, 0);
}

static void append_section_header(const ElfWriter *writer, Buffer *file, unsigned section,
                                  uint32_t name, uint64_t offset) {
        size_t size = is_64(writer->format) ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);

        for (size_t i = 0; i < size; i++)
                buffer_append_byte(file, 0);
        if (section == 0)
                return;

        elf_file_set(file, ELF_FIELD_SECTION_NAME, section, name);
        elf_file_set(file, ELF_FIELD_SECTION_TYPE, section, SHT_PROGBITS);
        elf_file_set(file, ELF_FIELD_SECTION_OFFSET, section, offset);
        elf_file_set(file, ELF_FIELD_SECTION_SIZE, section, writer->sections[section - 1].size);
}

void elf_writer_render(ElfWriter *writer, Buffer *file) {
        _cleanup_buffer_ Buffer names = {};
        uint32_t name_offsets[ELEMENTSOF(writer->sections)];
        size_t offsets[ELEMENTSOF(writer->sections)];

        if (writer->symbols.size > 0) {
                (void) elf_writer_add_section(writer, ".symtab", writer->symbols.data,
                                              writer->symbols.size);
                (void) elf_writer_add_section(writer, ".strtab", writer->strings.data,
                                              writer->strings.size);
        }
        (void) elf_writer_add_section(writer, ".shstrtab", NULL, 0);

        buffer_append_byte(&names, '\0');
        for (unsigned i = 0; i < writer->n_sections; i++) {
                name_offsets[i] = (uint32_t) names.size;
                buffer_append(&names, writer->sections[i].name,
                              strlen(writer->sections[i].name) + 1);
        }
        writer->sections[writer->n_sections - 1].bytes = names.data;
        writer->sections[writer->n_sections - 1].size = names.size;

        append_header(writer->format, file);
        for (unsigned i = 0; i < writer->n_sections; i++) {
                pad(file);
                offsets[i] = file->size;
                buffer_append(file, writer->sections[i].bytes, writer->sections[i].size);
        }

        pad(file);
        elf_file_set(file, ELF_FIELD_SHOFF, 0, file->size);
        elf_file_set(file, ELF_FIELD_SHENTSIZE, 0,
                     is_64(writer->format) ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));
        elf_file_set(file, ELF_FIELD_SHNUM, 0, writer->n_sections + 1);
        elf_file_set(file, ELF_FIELD_SHSTRNDX, 0, writer->n_sections);
        append_section_header(writer, file, 0, 0, 0);
        for (unsigned i = 0; i < writer->n_sections; i++)
                append_section_header(writer, file, i + 1, name_offsets[i], offsets[i]);
        assert_int_equal(buffer_error(file), 0);
}

static ElfFormat format_of(const Buffer *file) {
        return (ElfFormat){ .class = (uint8_t) file->data[EI_CLASS],
                            .byte_order = (uint8_t) file->data[EI_DATA] };
}

/* Where a field lies; the section table is looked for where the file says. */
static char *locate(const Buffer *file, ElfField field, unsigned section, unsigned *ret_size) {
        ElfFormat format = format_of(file);
        Place place = places[field][is_64(format)];
        size_t offset = place.offset;

        if (field >= ELF_FIELD_SECTION_NAME)
                offset += elf_file_get(file, ELF_FIELD_SHOFF, 0) +
                          section * (is_64(format) ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));

        assert_true(offset + place.size <= file->size);
        *ret_size = place.size;
        return file->data + offset;
}

uint64_t elf_file_get(const Buffer *file, ElfField field, unsigned section) {
        unsigned size;
        const char *bytes = locate(file, field, section, &size);

        return get(format_of(file), bytes, size);
}

void elf_file_set(Buffer *file, ElfField field, unsigned section, uint64_t value) {
        unsigned size;
        char *bytes = locate(file, field, section, &size);

        put(format_of(file), bytes, value, size);
}

unsigned elf_file_find(const Buffer *file, const char *name) {
        unsigned n = (unsigned) elf_file_get(file, ELF_FIELD_SHNUM, 0);
        unsigned names = (unsigned) elf_file_get(file, ELF_FIELD_SHSTRNDX, 0);
        const char *strings = file->data + elf_file_get(file, ELF_FIELD_SECTION_OFFSET, names);

        for (unsigned i = 1; i < n; i++) {
                if (strcmp(strings + elf_file_get(file, ELF_FIELD_SECTION_NAME, i), name) == 0)
                        return i;
        }

        fail_msg("no section %s", name);
        return 0;
}
