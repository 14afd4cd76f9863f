/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stat-key.h"

#include <time.h>

/*
 * A tick is 10 ms at the most, and with fine-grained times a change time may be a little later than
 * the coarse clock. A time that lies far ahead is that of a clock that has been set back, and no
 * later change will get the same.
 */
#define RACY_NS INT64_C(100000000)

static int64_t to_ns(struct timespec time) {
        return (int64_t) ((uint64_t) time.tv_sec * 1000000000U + (uint64_t) time.tv_nsec);
}

StatKey stat_key_of(const struct stat *st) {
        return (StatKey){ .device = st->st_dev,
                          .inode = st->st_ino,
                          .size = st->st_size,
                          .mtime_ns = to_ns(st->st_mtim),
                          .ctime_ns = to_ns(st->st_ctim) };
}

bool stat_key_is_racy(const StatKey *key, int64_t looked_at_ns) {
        uint64_t distance = key->ctime_ns > looked_at_ns
                                    ? (uint64_t) key->ctime_ns - (uint64_t) looked_at_ns
                                    : (uint64_t) looked_at_ns - (uint64_t) key->ctime_ns;

        return distance < RACY_NS;
}

bool stat_key_is_older(const StatKey *key, int64_t moment_ns) {
        return key->ctime_ns < moment_ns && !stat_key_is_racy(key, moment_ns);
}

int64_t stat_key_clock_ns(void) {
        struct timespec now;

        (void) clock_gettime(CLOCK_REALTIME, &now);
        return to_ns(now);
}
