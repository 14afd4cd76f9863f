/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "macro.h"

/*
 * A string table gives each distinct string a dense number, so that records hold four bytes instead
 * of a pointer, equality is a comparison of integers, and "what is known about this string" is an
 * array indexed by it.
 *
 * Strings may hold any bytes but NUL and are kept NUL-terminated. Ids are given in the order of the
 * first intern, beginning with 0, and stay valid for the table's life. A pointer returned by
 * string_table_get() is valid until the next intern or merge: the pool moves when it grows.
 *
 * Not for concurrent use. Threads fill tables of their own, which are merged afterwards.
 */
typedef struct StringTable StringTable;
typedef uint32_t StringId;

#define STRING_NONE UINT32_MAX

/* Ids stay below this, so that records can pack four flags beside one. */
#define STRING_ID_BITS 28
#define STRING_ID_MASK ((UINT32_C(1) << STRING_ID_BITS) - 1)

int string_table_new(StringTable **ret_table);
StringTable *string_table_free(StringTable *table);

/* A table with the same strings under the same ids. 0 or -ENOMEM. */
int string_table_clone(StringTable **ret_table, const StringTable *table);

static inline void string_table_freep(StringTable **table) {
        string_table_free(*table);
}

/* 0, -ENOMEM, or -EOVERFLOW when 2^28 strings or 4 GiB of them are reached. */
int string_table_intern(StringTable *table, const char *string, size_t size, StringId *ret_id);

/* STRING_NONE if the string was never interned. */
StringId string_table_find(const StringTable *table, const char *string, size_t size);

/*
 * A table of `n` distinct strings that lie behind each other in a pool, each with a NUL behind it,
 * under the ids 0 to n - 1. 0; -ENOMEM; -EBADMSG if the pool is not made of just them; -EOVERFLOW.
 */
int string_table_new_of_pool(StringTable **ret_table, const char *pool, size_t size, uint32_t n);

const char *string_table_get(const StringTable *table, StringId id);
size_t string_table_size(const StringTable *table, StringId id);
uint32_t string_table_count(const StringTable *table);

/*
 * Interns all strings of `other`. ret_map[id in other] is the id in `table`; the caller frees it.
 */
int string_table_merge(StringTable *table, const StringTable *other, StringId **ret_map);
