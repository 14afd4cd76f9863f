/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <unistd.h>

#include "kernel-case.h"

/* A kernel whose directories are watched, and configuration in "depmod.d". */
typedef struct WatchingCase {
        KernelCase kernel;
        char *config_paths[2];
} WatchingCase;

static inline void on_change(const WatchChange *change, void *userdata) {
        WatchingCase *test = userdata;

        assert_int_not_equal(change->hint, WATCH_OVERFLOW);
        kernel_take_change(test->kernel.kernel, change);
}

static inline void watching_case_init(WatchingCase *test) {
        kernel_case_init(&test->kernel);
        test->config_paths[0] = temp_tree_path("depmod.d");
        test->kernel.settings.depmod_paths = test->config_paths;
        assert_int_equal(watch_new(&test->kernel.site.watch, test->kernel.event, on_change, test),
                         0);
}

static inline void watching_case_done(WatchingCase *test) {
        Watch *watch = test->kernel.site.watch;
        Kernel *kernel = test->kernel.kernel;

        test->kernel.site.jobs = jobs_free(test->kernel.site.jobs);
        test->kernel.kernel = kernel_free(kernel);
        assert_int_equal(watch_count(watch), 0);
        watch_free(watch);
        kernel_case_done(&test->kernel);
        free(test->config_paths[0]);
}

#define _cleanup_watching_case_ _cleanup_(watching_case_done)

/* Takes all events before each turn, as the manager does. */
static inline void come_to_rest(WatchingCase *test) {
        for (unsigned i = 0; i < 30; i++) {
                loop_drain(test->kernel.event);
                turn_at(&test->kernel, usec_monotonic() + 3600000 * MS);
                finish_job(&test->kernel);
                loop_drain(test->kernel.event);
                if (test->kernel.n_turns == 0)
                        return;
        }

        fail_msg("the kernel does not come to rest");
}

static inline void begin(WatchingCase *test) {
        make_modules();
        watching_case_init(test);
        come_to_rest(test);
        assert_state(&test->kernel, "settled");
        assert_true(exists(PATH_OF("modules.dep")));
}

/* Something has happened: it is noticed, and then published. */
static inline void assert_dep(WatchingCase *test, const char *state, const char *expected) {
        _cleanup_buffer_ Buffer bytes = {};

        loop_drain(test->kernel.event);
        assert_state(&test->kernel, state);
        come_to_rest(test);
        assert_state(&test->kernel, "settled");
        temp_tree_read(PATH_OF("modules.dep"), &bytes);
        assert_text(&bytes, expected);
}
