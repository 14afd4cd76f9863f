/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elf-writer.h"

/*
 * A module file from a description in lines:
 *
 *   export NAME CRC     a __crc_ symbol with this value
 *   string NAME         a name in __ksymtab_strings
 *   need NAME           an undefined symbol
 *   weak NAME           the same, weak
 *   version NAME CRC    a record of __versions
 *   info KEY=VALUE      a string of .modinfo
 *
 * Appends to `file`.
 */
void module_file_render(Buffer *file, ElfFormat format, const char *script);

/* The same for x86-64, as a file of the working directory or below it. */
void module_file_write(const char *path, const char *script);
