/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernel-case.h"

/*
 * A kernel that has been published, and what publishes it again.
 */

static inline void init_settled(KernelCase *test) {
        make_modules();
        let_files_age();
        kernel_case_init(test);
        settle(test);
        assert_string_equal(kernel_state(test->kernel), "settled");
}

/* For somebody who waits for it. */
static inline void demand_published(KernelCase *test) {
        test->demand = (KernelDemand){ .model = true, .publish = true };
        settle_at(test, usec_monotonic());
        test->demand = (KernelDemand){};
}
