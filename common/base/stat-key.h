/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/*
 * A stat key says which content of a file was looked at: as long as the key of its name is equal,
 * the content is the same, unless the key is racy.
 *
 * The change time is part of it since an unpacker can set every other field to what it was. Times
 * are nanoseconds since 1970. A zeroed key is equal to that of no file.
 */
typedef struct StatKey {
        uint64_t device;
        uint64_t inode;
        int64_t size;
        int64_t mtime_ns;
        int64_t ctime_ns;
} StatKey;

StatKey stat_key_of(const struct stat *st);

static inline bool stat_key_is_equal(const StatKey *a, const StatKey *b) {
        return a->ctime_ns == b->ctime_ns && a->inode == b->inode && a->size == b->size &&
               a->mtime_ns == b->mtime_ns && a->device == b->device;
}

/*
 * Did the file change so shortly before it was looked at that it may have changed once more within
 * the same tick of the clock that file systems take their times from? Then an equal key proves
 * nothing.
 */
bool stat_key_is_racy(const StatKey *key, int64_t looked_at_ns);

/*
 * Has the file not changed since well before that moment, by its own time? Unlike a key that is
 * merely not racy, one of a file of the future does not do: when the clock has come that far, a
 * change may bring the same time.
 */
bool stat_key_is_older(const StatKey *key, int64_t moment_ns);

/* The time to compare with: of the wall clock, as that of files is. */
int64_t stat_key_clock_ns(void);
