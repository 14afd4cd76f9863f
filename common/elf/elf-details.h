/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elf-symbols.h"

/* What a module says beyond what its index is made of. */

/*
 * The build id, that links a module to its debugging symbols. 0; -ENODATA: there is none;
 * -EINVAL: its section cannot be read; -ENOMEM. The bytes are the image's.
 */
int elf_build_id(ElfImage *image, const char **ret_bytes, size_t *ret_size);

typedef enum ElfExportKind {
        ELF_EXPORT_UNKNOWN,
        ELF_EXPORT_ANY, /* EXPORT_SYMBOL() */
        ELF_EXPORT_GPL, /* EXPORT_SYMBOL_GPL(): for modules of a compatible license only */
} ElfExportKind;

typedef struct ElfExport {
        ElfExportKind kind;
        ElfName namespace; /* of no size if it is in none */
} ElfExport;

/*
 * How an image exports a symbol. 0, also for a symbol that it does not export: that is of an
 * unknown kind; -ENODATA: there is no symbol table; -EINVAL; -ENOMEM.
 */
int elf_export_find(ElfImage *image, const char *name, ElfExport *ret_export);

/*
 * Hands out how each symbol is exported that has an entry of exports. 0, also without a symbol
 * table; -EINVAL; -ENOMEM; the first negative result of the callback.
 */
int elf_export_each(ElfImage *image,
                    int (*on_export)(ElfName name, const ElfExport *export, void *userdata),
                    void *userdata);
