/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "cache.h"
#include "macro.h"

/*
 * The file of a kernel's module cache: ROOT/var/cache/depmodd/RELEASE.cache. It is there for the
 * whole machine when the directory is there, which nobody here makes: a tree that is to become an
 * image stays as it is.
 *
 * Calling sequence: open, load, save, done; load or save may be left out, and save may be done in
 * two steps. Whatever fails, the work goes on without a cache.
 */
typedef struct ModuleCache {
        int dir_fd; /* -1: there is no cache */
        char name[NAME_MAX + 1];
        Tree tree; /* what was loaded, if is_loaded */
        CachedIndex index;
        bool is_loaded;
        int new_fd; /* of what has been prepared, or -1 */
        CachePlace place;
        Buffer bytes;
} ModuleCache;

#define MODULE_CACHE_NULL ((ModuleCache){ .dir_fd = -1, .new_fd = -1 })

/* Is there a directory for it? An empty `root` is that of the machine. */
bool module_cache_open(ModuleCache *cache, const char *root, const char *release);
void module_cache_done(ModuleCache *cache);
#define _cleanup_module_cache_ _cleanup_(module_cache_done)

/*
 * Reads what is known of the modules in a kernel directory. Of a file that could be anybody's, or
 * that lies on a file system whose stat keys prove nothing, nothing is.
 *
 * Its strings are interned in `strings`; NULL: a table of its own.
 *
 * 0, also when there is no file; CACHE_IS_DAMAGED, CACHE_IS_FOREIGN; or the negative errno with
 * which it could not be read.
 */
int module_cache_load(ModuleCache *cache, const char *directory, StringTable *strings);

/* What was loaded; NULL: nothing. */
static inline const Tree *module_cache_known(const ModuleCache *cache) {
        return cache->is_loaded ? &cache->tree : NULL;
}

/* Would saving this tree, read with what was loaded, change nothing? */
bool module_cache_is_current(const ModuleCache *cache, const Tree *tree);

/*
 * Writes a new file beside the old one, which says what is known of a tree. 0; -EOPNOTSUPP: the
 * modules lie where stat keys prove nothing; -EBUSY: another process is at it; a negative errno.
 */
int module_cache_prepare(ModuleCache *cache, const Tree *tree);

/*
 * Says in it what was made from the tree (NULL: nothing), and puts it in place of the old one, on
 * the disk before that if `sync`. 0 or a negative errno. Without this call the old one stays.
 */
int module_cache_publish(ModuleCache *cache, const CachedIndex *index, bool sync);

/* Both. */
int module_cache_save(ModuleCache *cache, const Tree *tree, const CachedIndex *index, bool sync);

/* 0, also when there is no file, or a negative errno. */
int module_cache_remove(const ModuleCache *cache);

/*
 * Removes the files, and what was left of writing them, of all releases that are not wanted. Others
 * in the directory stay, as do those that somebody else than this user and root has put there. How
 * many were removed.
 */
unsigned module_cache_sweep(const char *root,
                            bool (*is_wanted)(const char *release, void *userdata), void *userdata);
