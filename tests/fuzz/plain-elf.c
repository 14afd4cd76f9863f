/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plain-elf.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

static const PlainField header_section_table = { 40, 8, 32, 4 };
static const PlainField header_section_size = { 58, 2, 46, 2 };
static const PlainField header_n_sections = { 60, 2, 48, 2 };
static const PlainField header_names = { 62, 2, 50, 2 };

static const PlainField section_name = { 0, 4, 0, 4 };
static const PlainField section_offset = { 24, 8, 16, 4 };
static const PlainField section_size = { 32, 8, 20, 4 };

static size_t section_header_size(const PlainElf *elf) {
        return plain_elf_is_64(elf) ? 64 : 40;
}

uint64_t plain_elf_integer(const PlainElf *elf, uint64_t offset, size_t size) {
        uint64_t value = 0;

        for (size_t i = 0; i < size; i++) {
                size_t at = elf->machine.byte_order == ELFDATA2MSB ? i : size - 1 - i;

                value = value << 8 | elf->bytes[offset + at];
        }

        return value;
}

uint64_t plain_elf_field(const PlainElf *elf, uint64_t record, PlainField field) {
        return plain_elf_is_64(elf)
                       ? plain_elf_integer(elf, record + field.offset_64, field.size_64)
                       : plain_elf_integer(elf, record + field.offset_32, field.size_32);
}

static bool is_inside(const PlainElf *elf, uint64_t offset, uint64_t size) {
        return offset <= elf->size && size <= elf->size - offset;
}

PlainSection plain_elf_section_at(const PlainElf *elf, size_t index) {
        uint64_t header = elf->section_table + index * section_header_size(elf);
        uint64_t offset = plain_elf_field(elf, header, section_offset);
        uint64_t size = plain_elf_field(elf, header, section_size);

        return (PlainSection){ .name = (uint32_t) plain_elf_field(elf, header, section_name),
                               .offset = offset,
                               .size = size,
                               .is_inside = is_inside(elf, offset, size) };
}

static int find_names(PlainElf *elf) {
        uint64_t names = plain_elf_field(elf, 0, header_names);

        elf->section_table = plain_elf_field(elf, 0, header_section_table);
        elf->n_sections = (uint16_t) plain_elf_field(elf, 0, header_n_sections);
        if (plain_elf_field(elf, 0, header_section_size) != section_header_size(elf) ||
            names == 0 || names >= elf->n_sections ||
            !is_inside(elf, elf->section_table, section_header_size(elf) * elf->n_sections))
                return -EINVAL;

        elf->names = plain_elf_section_at(elf, names);
        if (elf->names.size == 0 || !elf->names.is_inside ||
            plain_elf_bytes(elf, elf->names)[elf->names.size - 1] != '\0')
                return -EINVAL;
        return 0;
}

int plain_elf_open(PlainElf *elf, const uint8_t *bytes, size_t size) {
        *elf = (PlainElf){ .bytes = bytes, .size = size };
        if (size <= EI_NIDENT || memcmp(bytes, ELFMAG, SELFMAG) != 0)
                return -ENOEXEC;

        elf->machine = (ElfMachine){ .class = bytes[EI_CLASS], .byte_order = bytes[EI_DATA] };
        if (bytes[EI_CLASS] < 1 || bytes[EI_CLASS] > 2 || bytes[EI_DATA] < 1 ||
            bytes[EI_DATA] > 2 || size < (plain_elf_is_64(elf) ? 64 : 52))
                return -EINVAL;
        /* Not in the specification: kmod does not look at the version, libelf does. */
        if (bytes[EI_VERSION] != EV_CURRENT)
                return -EINVAL;

        elf->machine.machine = (uint16_t) plain_elf_integer(elf, 18, 2);
        return find_names(elf);
}

int plain_elf_find_section(const PlainElf *elf, const char *name, PlainSection *ret_section) {
        for (size_t i = 1; i < elf->n_sections; i++) {
                PlainSection section = plain_elf_section_at(elf, i);

                if (!section.is_inside || section.name >= elf->names.size ||
                    strcmp(plain_elf_bytes(elf, elf->names) + section.name, name) != 0)
                        continue;

                *ret_section = section;
                return section.offset > 0 ? 0 : -ENODATA;
        }

        return -ENODATA;
}
