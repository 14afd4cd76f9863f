/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

#include "buffer.h"

/*
 * Writes ELF relocatable files of any class and byte order into memory, section by section, and
 * makes them lie afterwards. It knows nothing of libelf, which is on the other side of the test.
 */
typedef struct ElfFormat {
        const char *name;
        uint8_t class;      /* ELFCLASS32, ELFCLASS64 */
        uint8_t byte_order; /* ELFDATA2LSB, ELFDATA2MSB */
        uint16_t machine;   /* EM_… */
} ElfFormat;

/* One of each class and byte order; the first is that of x86-64. */
#define ELF_FORMATS 4
extern const ElfFormat elf_formats[ELF_FORMATS];

typedef struct ElfWriterSection {
        const char *name;
        const void *bytes;
        size_t size;
} ElfWriterSection;

/* Zeroed but for the format. Names and bytes of sections are borrowed. */
typedef struct ElfWriter {
        ElfFormat format;
        ElfWriterSection sections[16];
        unsigned n_sections;
        Buffer symbols;
        Buffer strings;
} ElfWriter;

void elf_writer_done(ElfWriter *writer);
#define _cleanup_elf_writer_ _cleanup_(elf_writer_done)

/* Returns the section's number, from 1. */
uint16_t elf_writer_add_section(ElfWriter *writer, const char *name, const void *bytes,
                                size_t size);

/* `info` is ELF64_ST_INFO(binding, type). Without any symbol the file has no symbol table. */
void elf_writer_add_symbol(ElfWriter *writer, const char *name, uint64_t value, uint16_t section,
                           uint8_t info);

/* The same with an offset into the string table, which may be wrong. */
void elf_writer_add_symbol_at(ElfWriter *writer, uint32_t name, uint64_t value, uint16_t section,
                              uint8_t info);

/* An integer in the format's byte order, for the content of sections. */
void elf_format_append(ElfFormat format, Buffer *bytes, uint64_t value, unsigned size);

/* Appends the file. The sections that were added come first, the names of sections last. */
void elf_writer_render(ElfWriter *writer, Buffer *file);

typedef enum ElfField {
        /* of the file's header; the section number plays no part */
        ELF_FIELD_SHOFF,
        ELF_FIELD_SHENTSIZE,
        ELF_FIELD_SHNUM,
        ELF_FIELD_SHSTRNDX,
        /* of a section's header */
        ELF_FIELD_SECTION_NAME,
        ELF_FIELD_SECTION_TYPE,
        ELF_FIELD_SECTION_OFFSET,
        ELF_FIELD_SECTION_SIZE,
        ELF_FIELDS,
} ElfField;

uint64_t elf_file_get(const Buffer *file, ElfField field, unsigned section);
void elf_file_set(Buffer *file, ElfField field, unsigned section, uint64_t value);

/* The number of a section in a file that does not lie. */
unsigned elf_file_find(const Buffer *file, const char *name);
