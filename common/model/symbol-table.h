/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tree.h"

/*
 * Who provides a symbol: one of the tree's modules or the kernel itself. A later entry for a name
 * replaces an earlier one, so the last module in final order that exports a symbol provides it, and
 * a module's export replaces the kernel's (specification section 5.1).
 *
 * Symbols are known by the tree's string ids. The table is small: the strings may be those of many
 * kernels.
 */
#define SYMBOL_NO_PROVIDER UINT32_MAX
#define SYMBOL_KERNEL (UINT32_MAX - 1)

/* The value of a CRC that cannot be read or is none. */
#define SYMBOL_CRC_WIDE UINT64_MAX

typedef struct Symbol {
        uint64_t crc;
        uint32_t provider; /* a module's index, or one of the above */
        StringId name;
} Symbol;

typedef struct SymbolTable {
        Symbol *symbols; /* in the order of their first entry */
        size_t count;
        size_t capacity;
        uint32_t *slots; /* of symbols, by name: open addressing, at most 3/4 full */
        uint32_t mask;
        char prefix; /* is stripped from the beginning of names; NUL: none (depmod -P) */
} SymbolTable;

void symbol_table_done(SymbolTable *table);

/* How much of the beginning of a name is the prefix: 0 or 1. */
size_t symbol_table_prefix_size(const SymbolTable *table, const char *name);

/* Enters or replaces a symbol under this very name. 0, -ENOMEM, -EOVERFLOW. */
int symbol_table_put(SymbolTable *table, Tree *tree, const char *name, size_t size,
                     uint32_t provider, uint64_t crc);

/*
 * Enters the symbols that every kernel has without exporting them. To be called once what the
 * kernel exports has been read, and not when that is unknown.
 */
int symbol_table_put_kernel_defaults(SymbolTable *table, Tree *tree);

/* Enters the exports of all modules of a tree in final order. */
int symbol_table_put_modules(SymbolTable *table, Tree *tree);

/* The id under which an import is looked up; STRING_NONE if nothing has that name. */
StringId symbol_table_import_id(const SymbolTable *table, const Tree *tree, Import import);

/* Its provider is SYMBOL_NO_PROVIDER if nobody provides it. `id` may be STRING_NONE. */
Symbol symbol_table_get(const SymbolTable *table, StringId id);

/*
 * The places in `symbols` by the ids of names, UINT32_MAX for those of nothing: for who asks for
 * more symbols than there are. *ret_count is how many ids there are. The caller frees it; NULL:
 * there is no memory.
 */
uint32_t *symbol_table_numbers(const SymbolTable *table, const Tree *tree, uint32_t *ret_count);

/* Leaves only what the kernel provides and no module has replaced. */
void symbol_table_forget_modules(SymbolTable *table);
