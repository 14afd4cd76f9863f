/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernel-files.h"
#include "kernel.h"
#include "log.h"
#include "loop-case.h"

#define MS UINT64_C(1000)
#define PATIENCE_USEC (60 * 1000 * MS)

/*
 * One kernel, "m/1.0", with a site and settings made by hand, real jobs on a real loop, and no
 * watch: the test says what has changed.
 */
typedef struct KernelCase {
        sd_event *event;
        Settings settings;
        Site site;
        Kernel *kernel;
        KernelDemand demand;
        unsigned n_turns; /* that were asked for */
        uint64_t due_usec;
} KernelCase;

static inline void on_request_turn(void *userdata) {
        ((KernelCase *) userdata)->n_turns++;
}

/* As it is when the daemon has been running for a while: quiet for 50 ms, 300 ms at the most. */
static inline void kernel_case_init(KernelCase *test) {
        static char *no_paths[] = { NULL };

        log_set_level(-1);
        test->event = loop_new();
        test->settings =
                (Settings){ .root = (char *) "",
                            .modules_path = temp_tree_path("m"),
                            .depmod_paths = no_paths,
                            .settle = { .quiet_usec = 50 * MS, .delay_max_usec = 300 * MS },
                            .n_workers = 1 };
        test->site = (Site){ .settings = &test->settings,
                             .seq = 1,
                             .is_background = true,
                             .running_release = "none",
                             .request_turn = on_request_turn,
                             .userdata = test };
        assert_int_equal(jobs_new(&test->site.jobs, test->event, 0,
                                  &(JobsLimits){ .n_at_once = 1, .patience_usec = PATIENCE_USEC }),
                         0);
        assert_int_equal(kernel_new(&test->kernel, &test->site, "1.0"), 0);
}

static inline void kernel_case_done(KernelCase *test) {
        jobs_free(test->site.jobs);
        kernel_free(test->kernel);
        sd_event_unref(test->event);
        free(test->settings.modules_path);
}

#define _cleanup_kernel_case_ _cleanup_(kernel_case_done)

/* A turn as the manager's, at this time. */
static inline void turn_at(KernelCase *test, uint64_t now_usec) {
        test->n_turns = 0;
        test->due_usec = UINT64_MAX;
        kernel_step(test->kernel, &test->demand, now_usec, &test->due_usec);
}

static inline void turn(KernelCase *test) {
        turn_at(test, usec_monotonic());
}

static inline bool is_without_job(void *userdata) {
        const KernelCase *test = userdata;

        return !test->kernel->refreshing && !test->kernel->publishing;
}

/* Waits for the job that the last turn has started, if it has. */
static inline void finish_job(KernelCase *test) {
        loop_until(test->event, is_without_job, test);
}

/* Turns until nothing is to be done at once. */
static inline void settle_at(KernelCase *test, uint64_t now_usec) {
        for (unsigned i = 0; i < 20; i++) {
                turn_at(test, now_usec);
                if (is_without_job(test) && test->n_turns == 0)
                        return;
                finish_job(test);
        }

        fail_msg("the kernel does not come to rest");
}

/* Long after the last change, when everything is due. */
static inline void settle(KernelCase *test) {
        settle_at(test, usec_monotonic() + 3600000 * MS);
}

static inline void assert_state(const KernelCase *test, const char *expected) {
        assert_string_equal(kernel_state(test->kernel), expected);
}
