/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf-image.h"

/*
 * A second reader of modules to compare the first with: written from the specification alone
 * (sections 4.2 to 4.4), without a library and in the simplest way. Everything is found by its
 * offset in the bytes, again each time. They are borrowed.
 */
typedef struct PlainSection {
        uint64_t offset;
        uint64_t size;
        uint32_t name;
        bool is_inside; /* of the file */
} PlainSection;

typedef struct PlainElf {
        const uint8_t *bytes;
        size_t size;
        ElfMachine machine;
        uint16_t n_sections;
        uint64_t section_table;
        PlainSection names;
} PlainElf;

/* 0, -ENOEXEC or -EINVAL, as elf_image_open_bytes(). */
int plain_elf_open(PlainElf *elf, const uint8_t *bytes, size_t size);

/* Where a field lies in a record of either class. */
typedef struct PlainField {
        size_t offset_64, size_64;
        size_t offset_32, size_32;
} PlainField;

/* A number that is known to lie in the file. */
uint64_t plain_elf_integer(const PlainElf *elf, uint64_t offset, size_t size);
uint64_t plain_elf_field(const PlainElf *elf, uint64_t record, PlainField field);

static inline bool plain_elf_is_64(const PlainElf *elf) {
        return elf->machine.class == 2;
}

/* The index must be below n_sections. */
PlainSection plain_elf_section_at(const PlainElf *elf, size_t index);

/* 0 or -ENODATA, as elf_image_section(). */
int plain_elf_find_section(const PlainElf *elf, const char *name, PlainSection *ret_section);

/* The bytes of a section that was found. */
static inline const char *plain_elf_bytes(const PlainElf *elf, PlainSection section) {
        return (const char *) elf->bytes + section.offset;
}
