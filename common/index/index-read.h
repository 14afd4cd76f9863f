/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "macro.h"

/*
 * A strict reader of kmod's binary index over bytes in memory. Nothing in the bytes is trusted:
 * each offset is checked, no more is read than a sound file of that size could hold and there is no
 * recursion, so that any bytes whatsoever give an answer or -EBADMSG in time proportional to their
 * size.
 *
 * The bytes are borrowed. A zero-byte file, which kmod writes when modules.builtin is missing
 * (specification section 6.6), is read as an empty index.
 */
typedef struct IndexReader {
        const uint8_t *bytes;
        size_t size;
        uint32_t root;
} IndexReader;

/*
 * 0; -EBADMSG: too short, another magic, a major version other than 2, or a root without parts that
 * is not the empty index's.
 */
int index_reader_init(IndexReader *reader, const void *bytes, size_t size);

typedef struct IndexValue {
        const char *value; /* NUL-terminated, inside the reader's bytes */
        uint32_t priority;
} IndexValue;

/*
 * Looks a key up literally. ret_values is an array of ret_count values in the file's order, which
 * the caller frees; no such key is 0 with a count of 0. -EBADMSG, -ENOMEM.
 */
int index_reader_find(const IndexReader *reader, const char *key, IndexValue **ret_values,
                      size_t *ret_count);

/*
 * Looks a normalised name up among keys that are patterns (fnmatch), as modprobe does with an
 * alias: the values of all matching keys, by ascending priority (section 10.4). A key is a pattern
 * from its first '*', '?' or '[' on; to be compared with, it must not be longer than
 * ALIAS_SIZE_MAX. A name that has such characters itself can meet a value more than once. Result as
 * above.
 */
int index_reader_match(const IndexReader *reader, const char *name, IndexValue **ret_values,
                       size_t *ret_count);

/*
 * Walks the whole file: calls on_entry for each key and value, in key order. A negative return
 * stops the walk and is returned. Checks everything on its way: that nodes do not overlap, that
 * children and values are inside the file, that strings end. 0; -EBADMSG; -ENOMEM. On failure, and
 * only then, *ret_offset is where the node at hand begins.
 */
int index_reader_walk(const IndexReader *reader,
                      int (*on_entry)(const char *key, const IndexValue *value, void *userdata),
                      void *userdata, size_t *ret_offset);
