/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "published.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "checksum.h"
#include "fd.h"

_Static_assert(OUTPUT_KINDS <= CACHED_FILES, "a cache has room for all of them");

void published_look_at(Published *published, int dir_fd) {
        *published = (Published){};
        for (unsigned i = 0; i < OUTPUT_KINDS; i++) {
                struct stat st;

                if (fstatat(dir_fd, output_name(i), &st, AT_SYMLINK_NOFOLLOW) == 0)
                        published->keys[i] = stat_key_of(&st);
        }
}

void published_look(Published *published, const char *directory) {
        _cleanup_close_ int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

        published_look_at(published, fd);
}

/* False also if the file changes meanwhile. */
static bool read_file(int dir_fd, const char *name, StatKey *ret_key, uint64_t *ret_checksum) {
        _cleanup_close_ int fd = -1;
        struct stat before, after;
        StatKey key;

        fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &before) < 0 || !S_ISREG(before.st_mode) ||
            checksum_file(fd, ret_checksum) < 0 || fstat(fd, &after) < 0)
                return false;

        *ret_key = stat_key_of(&before);
        key = stat_key_of(&after);
        return stat_key_is_equal(&key, ret_key);
}

static bool is_read_right(Published *published, int dir_fd, OutputKind kind) {
        int64_t looked_at_ns = stat_key_clock_ns();
        uint64_t sum;
        StatKey key;

        if (published->checksums[kind] == 0 || !read_file(dir_fd, output_name(kind), &key, &sum) ||
            sum != published->checksums[kind])
                return false;

        published->keys[kind] = key;
        published->certain &= ~OUTPUT_BIT(kind);
        if (stat_key_is_older(&key, looked_at_ns))
                published->certain |= OUTPUT_BIT(kind);
        return true;
}

bool published_is_right(Published *published, int dir_fd, OutputKind kind, bool is_watched) {
        struct stat st;
        StatKey key;

        if (fstatat(dir_fd, output_name(kind), &st, AT_SYMLINK_NOFOLLOW) < 0 ||
            !S_ISREG(st.st_mode))
                return false;

        key = stat_key_of(&st);
        if (stat_key_is_equal(&key, &published->keys[kind]) &&
            (is_watched || (published->certain & OUTPUT_BIT(kind))))
                return true;
        return is_read_right(published, dir_fd, kind);
}

unsigned published_confirm(Published *published, int dir_fd) {
        unsigned young = 0;

        for (unsigned i = 0; i < OUTPUT_KINDS; i++) {
                if (published->keys[i].inode == 0)
                        continue;
                if (!published_is_right(published, dir_fd, i, false))
                        published->keys[i] = (StatKey){};
                else if (!(published->certain & OUTPUT_BIT(i)) &&
                         stat_key_is_racy(&published->keys[i], stat_key_clock_ns()))
                        young |= OUTPUT_BIT(i);
        }

        return young;
}

unsigned published_withdraw(const Published *published, const char *directory) {
        _cleanup_close_ int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        Published now;
        unsigned n = 0;

        if (fd < 0)
                return 0;

        published_look_at(&now, fd);
        for (unsigned i = 0; i < OUTPUT_KINDS; i++) {
                if (now.keys[i].inode != 0 && stat_key_is_equal(&now.keys[i], &published->keys[i]))
                        n += unlinkat(fd, output_name(i), 0) == 0;
        }

        /* An empty directory that held nothing of ours is one that somebody is about to fill. */
        if (n > 0)
                (void) rmdir(directory);
        return n;
}

void published_to_cache(const Published *published, uint64_t source, CachedIndex *ret_index) {
        *ret_index = (CachedIndex){ .source = source };
        for (unsigned i = 0; i < OUTPUT_KINDS; i++)
                ret_index->files[i] = (CachedFile){ .key = published->keys[i],
                                                    .checksum = published->checksums[i],
                                                    .is_certain = published->certain >> i & 1 };
}

void published_from_cache(Published *published, const CachedIndex *index) {
        *published = (Published){};
        for (unsigned i = 0; i < OUTPUT_KINDS; i++) {
                published->keys[i] = index->files[i].key;
                published->checksums[i] = index->files[i].checksum;
                published->certain |= index->files[i].is_certain ? OUTPUT_BIT(i) : 0;
        }
}
