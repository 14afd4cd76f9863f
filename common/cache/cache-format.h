/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cache.h"

/*
 * The bytes of a module cache, in the byte order of the machine that wrote them:
 *
 *   CacheHead
 *   for each module:  CacheRecord, then as many words as its lists take
 *   the strings, each with a NUL behind it
 *
 * The head says in its midst what was made from all that: it is written last, so it has a checksum
 * of its own.
 *
 * An export or import takes two words: the id of its name with flags above it, and its CRC. An
 * alias, softdep or weakdep is one word, its id. Ids count the strings from 0.
 */

/*
 * To be raised whenever these bytes, or what is read of a module file, or what is made of that,
 * come to mean another thing.
 */
#define CACHE_FORMAT 2
#define CACHE_BYTE_ORDER UINT32_C(0x01020304)

typedef struct CacheFile {
        uint64_t inode;
        int64_t size;
        int64_t mtime_ns;
        int64_t ctime_ns;
        uint64_t checksum;
        uint64_t is_certain; /* 0 or 1 */
} CacheFile;

typedef struct CacheHead {
        char magic[8];
        uint32_t byte_order;
        uint32_t format;
        char maker[24]; /* the version of depmodd: another one is not trusted to read modules alike
                         */
        uint64_t size;  /* of all the bytes */
        uint64_t checksum; /* of what follows index_checksum */
        uint64_t source;   /* see CachedIndex */
        CacheFile files[CACHED_FILES];
        uint64_t index_checksum; /* from size to here */
        uint64_t file_system;    /* see CachePlace */
        uint64_t n_words;        /* of all lists */
        uint32_t n_modules;
        uint32_t n_strings;
} CacheHead;

typedef struct CacheRecord {
        uint64_t inode;
        int64_t size;
        int64_t mtime_ns;
        int64_t ctime_ns;
        uint32_t name;
        uint32_t path;
        uint32_t vermagic; /* STRING_NONE: it has none */
        uint16_t machine;
        uint8_t class;
        uint8_t byte_order;
        uint32_t n_exports;
        uint32_t n_imports;
        uint32_t n_aliases;
        uint32_t n_softdeps;
        uint32_t n_weakdeps;
        uint32_t is_external; /* 0 or 1 */
} CacheRecord;

/* Without gaps, whose bytes would be those of whatever lay in memory before. */
_Static_assert(sizeof(CacheHead) == 864 && sizeof(CacheRecord) == 72, "there are no gaps");

/* Flags above the id of a name. */
#define CACHE_EXPORT_IS_CRC_WIDE (UINT32_C(1) << STRING_ID_BITS)
#define CACHE_IMPORT_IS_WEAK (UINT32_C(1) << STRING_ID_BITS)
#define CACHE_IMPORT_IS_DOTTED (UINT32_C(2) << STRING_ID_BITS)
#define CACHE_IMPORT_HAS_CRC (UINT32_C(4) << STRING_ID_BITS)
#define CACHE_IMPORT_IS_CRC_WIDE (UINT32_C(8) << STRING_ID_BITS)

/* A head that is right but for sizes, checksums and what follows them. */
void cache_head_begin(CacheHead *head);

/* Sets the size and the checksums in the head of bytes that are otherwise complete. */
void cache_seal(char *bytes, size_t size);

/* What the checksum of these bytes, at least a head, has to be. */
uint64_t cache_checksum(const char *bytes, size_t size);
uint64_t cache_index_checksum(const CacheHead *head);
