/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "macro.h"

/*
 * One module as an ELF file of any class and byte order: the sections that a module index needs,
 * found by name and read one by one (specification section 4.2). Of a file on disk only these parts
 * are read, not the code.
 *
 * The file descriptor or the bytes are borrowed and must outlive the image; section bytes belong to
 * the image. An image is used by one thread at a time.
 *
 * Of one image 128 MiB are read at the most, whatever its headers say; beyond that all functions
 * fail with -EFBIG.
 */
typedef struct ElfImage ElfImage;

typedef enum ElfSectionName {
        ELF_SECTION_SYMTAB,
        ELF_SECTION_STRTAB,
        ELF_SECTION_KSYMTAB_STRINGS,
        ELF_SECTION_VERSIONS,
        ELF_SECTION_MODINFO,
        ELF_SECTION_NAMES,
} ElfSectionName;

/* What the kernel's loader compares before all else. */
typedef struct ElfMachine {
        uint16_t machine;   /* e_machine */
        uint8_t class;      /* EI_CLASS */
        uint8_t byte_order; /* EI_DATA */
} ElfMachine;

/*
 * 0; -ENOEXEC: not an ELF file; -EINVAL: an ELF file whose headers or section table are wrong, or
 * of which a part is missing; -ENOMEM.
 */
int elf_image_open_fd(ElfImage **ret_image, int fd, uint64_t file_size);
int elf_image_open_bytes(ElfImage **ret_image, char *bytes, size_t size);

ElfImage *elf_image_free(ElfImage *image);

static inline void elf_image_freep(ElfImage **image) {
        elf_image_free(*image);
}

ElfMachine elf_image_machine(const ElfImage *image);

/*
 * The bytes of a section. 0; -ENODATA: there is no such section; -EINVAL: it cannot be read;
 * -ENOMEM.
 */
int elf_image_section(ElfImage *image, ElfSectionName name, const char **ret_bytes,
                      size_t *ret_size);

/* The first section of this name, or 0, which is none. */
uint16_t elf_image_find_section(const ElfImage *image, const char *name);

/* The name of a section, or NULL if there is no such section or name. */
const char *elf_image_section_name(const ElfImage *image, uint16_t section);

/* The same as elf_image_section() for a section by its number; of 0, -ENODATA. */
int elf_image_section_bytes(ElfImage *image, uint16_t section, const char **ret_bytes,
                            size_t *ret_size);

/* A symbol, whatever the class and byte order of the file. */
typedef struct ElfSymbol {
        uint64_t value;
        uint32_t name; /* offset in the string table */
        uint16_t section;
        uint8_t info;
} ElfSymbol;

/*
 * The symbol table, to be read with elf_image_symbol(). 0; -ENODATA: there is none;
 * -EINVAL: its size is not a multiple of a symbol's; -ENOMEM.
 */
int elf_image_symbols(ElfImage *image, const void **ret_table, size_t *ret_count);
ElfSymbol elf_image_symbol(const ElfImage *image, const void *table, size_t index);

/*
 * The 32-bit word at an offset in the section with this number: where `__crc_` symbols point.
 * -ENODATA if there is no such word in the file.
 */
int elf_image_word(ElfImage *image, uint16_t section, uint64_t offset, uint32_t *ret_word);

/* An unsigned integer of the file's byte order, of 4 or 8 bytes at any alignment. */
uint64_t elf_image_integer(const ElfImage *image, const char *bytes, size_t size);
