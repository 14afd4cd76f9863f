/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elf-symbols.h"
#include "plain-elf.h"

/* The results are those of elf_exports() and imports_gather(), but for -ENOMEM. */
int plain_exports(const PlainElf *elf, void (*on_export)(ElfName name, uint64_t crc, void *),
                  void *userdata);

typedef struct PlainImport {
        ElfName name;
        bool is_weak;
        bool has_crc;
        uint64_t crc;
} PlainImport;

/* On failure some imports have been handed out that do not count. */
int plain_imports(const PlainElf *elf, void (*on_import)(PlainImport import, void *),
                  void *userdata);
