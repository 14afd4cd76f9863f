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
 * first intern, beginning with 0. Ids and pointers stay valid for the table's life: nothing moves
 * when it grows, and no string is ever taken out.
 *
 * References are counted, so that trees can share a table. It is for one thread at a time, until
 * string_table_share() says otherwise.
 */
typedef struct StringTable StringTable;
typedef uint32_t StringId;

#define STRING_NONE UINT32_MAX

/* Ids stay below this, so that records can pack four flags beside one. */
#define STRING_ID_BITS 28
#define STRING_ID_MASK ((UINT32_C(1) << STRING_ID_BITS) - 1)

int string_table_new(StringTable **ret_table);
StringTable *string_table_ref(StringTable *table);

/* Gives back one reference, and with the last one the table. Returns NULL. */
StringTable *string_table_unref(StringTable *table);

static inline void string_table_unrefp(StringTable **table) {
        string_table_unref(*table);
}

/*
 * From now on any number of threads may use it at once. An array indexed by its ids has no place
 * for a string that another thread interns later, and which string_table_find() may come upon.
 */
void string_table_share(StringTable *table);

/* 0, -ENOMEM, or -EOVERFLOW when 2^28 strings or 2 GiB of them are reached. */
int string_table_intern(StringTable *table, const char *string, size_t size, StringId *ret_id);

/* There will be about so many strings: it need not grow step by step. 0, -ENOMEM. */
int string_table_reserve(StringTable *table, size_t count);

/* STRING_NONE if the string was never interned. */
StringId string_table_find(const StringTable *table, const char *string, size_t size);

const char *string_table_get(const StringTable *table, StringId id);
size_t string_table_size(const StringTable *table, StringId id);
/* Both at once. */
const char *string_table_view(const StringTable *table, StringId id, size_t *ret_size);
uint32_t string_table_count(const StringTable *table);

/*
 * Interns all strings of `other`, which no other thread uses, in the order of their ids: those of
 * one module stay side by side. ret_map[id in other] is the id in `table`; the caller frees it.
 */
int string_table_merge(StringTable *table, const StringTable *other, StringId **ret_map);
