/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf-image.h"

/*
 * What a module exports and what it wants, read from an ELF image exactly as kmod's depmod reads it
 * (specification sections 4.3 and 4.4). Names are handed out with their sizes, are NUL-terminated
 * or not, and are valid until the image is freed.
 *
 * A callback's negative result ends the reading and is returned. -EFBIG ends it as well, when the
 * names are 64 MiB together or the image gives no more.
 */

typedef struct ElfName {
        const char *bytes;
        size_t size;
} ElfName;

/* A CRC that cannot be read: the symbol points outside of the file. */
#define ELF_CRC_UNREADABLE UINT64_MAX

/*
 * The exports: `__crc_` symbols, or where there is none the list in __ksymtab_strings with CRC 0.
 * 0; -ENODATA: neither a symbol table nor the list exists; -EINVAL: the list does not end; and what
 * elf_image_section() returns.
 */
int elf_exports(ElfImage *image, int (*on_export)(ElfName name, uint64_t crc, void *userdata),
                void *userdata);

/*
 * The undefined symbols in the table's order. 0; -ENODATA: there is no symbol table; -EINVAL: a
 * name lies outside of the string table, and nothing that was handed out counts.
 */
int elf_undefined(ElfImage *image, int (*on_undefined)(ElfName name, bool is_weak, void *userdata),
                  void *userdata);

/*
 * The records of __versions: the CRC that each wanted symbol had when the module was built. A name
 * that fills its field without a NUL has is_terminated false. 0 also where there are none.
 */
int elf_versions(ElfImage *image,
                 int (*on_version)(ElfName name, bool is_terminated, uint64_t crc, void *userdata),
                 void *userdata);
