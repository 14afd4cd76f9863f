/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <systemd/sd-event.h>

/*
 * Mounts tell when a file system is mounted or unmounted. inotify does not: what is mounted over a
 * watched directory hides it without an event.
 */
typedef struct Mounts Mounts;

typedef struct MountsHandler {
        /* Could something be mounted here that matters? */
        bool (*is_relevant)(const char *mount_point, void *userdata);
        void (*on_change)(void *userdata);
        void *userdata;
} MountsHandler;

/*
 * Calls on_change after each change among the mounts that are relevant. 0 or a negative errno:
 * -ENOENT without /proc.
 */
int mounts_new(Mounts **ret_mounts, sd_event *event, const MountsHandler *handler);
Mounts *mounts_free(Mounts *mounts);

static inline void mounts_freep(Mounts **mounts) {
        mounts_free(*mounts);
}
