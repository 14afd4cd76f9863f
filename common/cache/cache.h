/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tree.h"

/*
 * A module cache holds the records of a kernel's modules with the stat keys of their files, so that
 * the next run of whatever program need not read what has not changed. It is bytes here; see
 * module-cache.h for its file.
 *
 * It also says what was made from the records, so that this need not be made only to see that
 * nothing has changed. Losing it costs one reading of all modules and one making. It may never cost
 * a wrong answer: what is damaged or made by another release, and what is not certain, counts for
 * nothing.
 */

/*
 * Where the modules lie. Device numbers change from boot to boot, so a cache does not hold them:
 * it holds only modules of the kernel directory's own device, whatever its number, and the id of
 * its file system (statfs(2)).
 */
typedef struct CachePlace {
        uint64_t device;
        uint64_t file_system;
} CachePlace;

/*
 * Appends the bytes. Left out are modules that could not be read or lie elsewhere, and those whose
 * file changed so late that the key proves nothing (specification section 5): they will be read
 * again. `now_ns` is of stat_key_clock_ns() when the tree has been read or later. 0, -ENOMEM.
 */
int cache_render(Buffer *bytes, const Tree *tree, const CachePlace *place, int64_t now_ns);

/*
 * Would rendering `tree`, for which `cached` was what is known, leave out something of `cached` or
 * add something to it?
 */
bool cache_is_current(const Tree *cached, const Tree *tree, const CachePlace *place,
                      int64_t now_ns);

/* A file that was made from the records, as it was found last. Zeroed: nothing is known of it. */
typedef struct CachedFile {
        StatKey key;
        uint64_t checksum; /* of its content; 0: not known */
        bool is_certain;   /* as long as it has the key, it has the content, too */
} CachedFile;

#define CACHED_FILES 16

/* What the records were made into. Zeroed: nothing is known of that. */
typedef struct CachedIndex {
        uint64_t source; /* stands for what else it was made from; 0: nothing was made */
        CachedFile files[CACHED_FILES];
} CachedIndex;

/*
 * Puts that into bytes that have been rendered, of which only the first cache_head_size() change.
 * Files that lie elsewhere are left out.
 */
size_t cache_head_size(void);

/* How many modules rendered bytes hold. */
size_t cache_n_modules(const char *bytes);

void cache_put_index(char *bytes, const CachedIndex *index, const CachePlace *place);

/* What is said of that in bytes that have been parsed. */
void cache_get_index(CachedIndex *ret_index, const char *bytes, const CachePlace *place);

enum {
        CACHE_IS_DAMAGED = 1,
        CACHE_IS_FOREIGN, /* of another release, machine or file system */
};

/*
 * Fills a tree, which has been initialised and is empty. All its modules are known. 0; one of the
 * above, or -ENOMEM, and then what is in the tree counts for nothing.
 */
int cache_parse(Tree *tree, const char *bytes, size_t size, const CachePlace *place);
