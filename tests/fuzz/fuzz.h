/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * A fuzzer calls one room on bytes that libFuzzer makes up, and says with fuzz_check() what must
 * hold for any bytes. What does not hold ends the run like a crash does, and libFuzzer keeps the
 * bytes.
 */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

__attribute__((noreturn)) static inline void fuzz_fail(const char *property, const char *file,
                                                       int line) {
        (void) fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line, property);
        abort();
}

#define fuzz_check(property) ((property) ? (void) 0 : fuzz_fail(#property, __FILE__, __LINE__))
