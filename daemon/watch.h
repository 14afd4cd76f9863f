/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

/*
 * A watch turns what inotify reports into hints where to look. It decides nothing: what a name
 * means, and what is true, is for others to find out.
 *
 * Directories are watched by path, with as many users as have asked for one. inotify watches
 * inodes, so a user says which inode he has seen under the path; if that is another one than the
 * one watched, the new one is watched from then on.
 *
 * There is one descriptor for all of them, as sd-event would have it, but without the half
 * kilobyte that each of its sources takes: a kernel has some thousand directories.
 */
typedef enum WatchHint {
        WATCH_CHANGED,  /* something happened to `name` in `directory` */
        WATCH_LOST,     /* `directory` is no longer watched: it is gone, moved or unmounted */
        WATCH_OVERFLOW, /* anything may have happened; nothing is watched any more */
} WatchHint;

typedef struct WatchChange {
        WatchHint hint;
        const char *directory; /* NULL for an overflow */
        const char *name;      /* of WATCH_CHANGED */
        bool is_directory;     /* what the name means or meant */
        bool is_gone;          /* the name was removed or moved away */
        bool is_moved_here;    /* the name was moved here */
} WatchChange;

typedef struct Watch Watch;

typedef void (*WatchHandler)(const WatchChange *change, void *userdata);

/* The event loop is referenced. 0 or a negative errno. */
int watch_new(Watch **ret_watch, sd_event *event, WatchHandler on_change, void *userdata);
Watch *watch_free(Watch *watch);

static inline void watch_freep(Watch **watch) {
        watch_free(*watch);
}

typedef struct WatchTarget {
        const char *directory;
        uint64_t device; /* of what has been seen there */
        uint64_t inode;
        /*
         * It only matters which entries there are, not what is written to them: so that a way
         * through /etc or /dev does not wake us each time that somebody closes a file.
         */
        bool names_only;
        uint64_t moment; /* watch_moment() before it was seen */
} WatchTarget;

/*
 * Tells apart the watches that began before something and those that began after it: a directory
 * that somebody else began to watch after we had looked at it may have changed in between.
 */
uint64_t watch_moment(const Watch *watch);

enum {
        WATCH_WAS_THERE = 0, /* this inode has been watched under this path since that moment */
        WATCH_ADDED = 1,     /* it is watched now: who has looked at it must look again */
};

/*
 * Adds a user. One of the above, or a negative errno, and then there is no new user: -ENOENT,
 * -ENOTDIR, -ELOOP or -ESTALE when there is another directory or none, and whoever has looked at it
 * must look again; all others, as -ENOSPC and -EMFILE when the system's limits are reached, mean
 * that it cannot be watched.
 */
int watch_acquire(Watch *watch, const WatchTarget *target);

/* The watch's own copy of a path that has users, good for as long as it has. */
const char *watch_path(const Watch *watch, const char *directory);

/* Is it worth looking again? */
static inline bool watch_has_moved(int r) {
        return r == -ENOENT || r == -ENOTDIR || r == -ELOOP || r == -ESTALE;
}

/* Removes a user; the last one ends the watching. */
void watch_release(Watch *watch, const char *directory);

/* How many directories are watched, and how often the queue has overflowed. */
size_t watch_count(const Watch *watch);
uint64_t watch_n_overflows(const Watch *watch);
