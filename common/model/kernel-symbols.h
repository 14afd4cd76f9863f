/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "problem.h"
#include "symbol-table.h"

/*
 * What the kernel itself exports, from the two files that a kernel build leaves behind
 * (specification section 5.1). `path` names the file in problems. A line that cannot be understood
 * is a problem or is passed over, as kmod does. 0, -ENOMEM, -EOVERFLOW.
 */

/* Module.symvers: lines of CRC, name, where; those of vmlinux count. */
int kernel_symbols_parse_symvers(SymbolTable *table, Tree *tree, const char *path,
                                 const char *bytes, size_t size, ProblemList *problems);

/* System.map: the symbols that stand behind __ksymtab_. It knows no CRCs. */
int kernel_symbols_parse_system_map(SymbolTable *table, Tree *tree, const char *path,
                                    const char *bytes, size_t size, ProblemList *problems);
