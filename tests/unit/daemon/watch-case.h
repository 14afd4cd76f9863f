/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/stat.h>

#include "loop-case.h"
#include "watch.h"

/* A watch of directories below the working directory, and what it has reported. */
typedef struct WatchCase {
        sd_event *event;
        Watch *watch;
        Buffer seen;
} WatchCase;

static inline void on_change(const WatchChange *change, void *userdata) {
        WatchCase *test = userdata;

        switch (change->hint) {
        case WATCH_CHANGED:
                buffer_append_format(&test->seen, "%s %s%s%s%s\n", change->directory, change->name,
                                     change->is_directory ? "/" : "",
                                     change->is_gone ? " gone" : "",
                                     change->is_moved_here ? " moved" : "");
                break;
        case WATCH_LOST:
                buffer_append_format(&test->seen, "lost %s\n", change->directory);
                break;
        case WATCH_OVERFLOW:
                assert_null(change->directory);
                buffer_append_format(&test->seen, "overflow\n");
                break;
        }
}

static inline void watch_case_init(WatchCase *test) {
        test->event = loop_new();
        assert_int_equal(watch_new(&test->watch, test->event, on_change, test), 0);
}

static inline void watch_case_done(WatchCase *test) {
        watch_free(test->watch);
        sd_event_unref(test->event);
        buffer_done(&test->seen);
}

#define _cleanup_watch_case_ _cleanup_(watch_case_done)

static inline int acquire(WatchCase *test, const char *path) {
        struct stat st;

        assert_int_equal(stat(path, &st), 0);
        return watch_acquire(test->watch, &(WatchTarget){ .directory = path,
                                                          .device = st.st_dev,
                                                          .inode = st.st_ino,
                                                          .moment = watch_moment(test->watch) });
}

/* What has been reported since the last time. */
static inline void assert_seen(WatchCase *test, const char *expected) {
        loop_drain(test->event);
        assert_text(&test->seen, expected);
        buffer_clear(&test->seen);
}
