/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernel-case.h"

/* What was repaired is told: of n files, this is what was wrong with number i of them. */
static inline void assert_repaired(const KernelCase *test, size_t n, size_t i, ProblemKind kind,
                                   const char *detail) {
        const ProblemList *problems = &test->kernel->publish_problems;

        assert_int_equal(problems->count, n);
        assert_int_equal(problems->items[i].kind, kind);
        assert_memory_equal(problems->items[i].detail, detail, strlen(detail));
}
