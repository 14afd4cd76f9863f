/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * To be preloaded: the allocation number FAIL_AT of the process fails, and all later ones too if a
 * plus sign follows the number. Without FAIL_AT none fails. How many there were is written into the
 * file COUNT_TO at the end.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t size);

static unsigned long n_allocations;
static unsigned long fail_at;
static bool for_good;

__attribute__((constructor)) static void start(void) {
        const char *text = getenv("FAIL_AT");

        n_allocations = 0;
        fail_at = text ? strtoul(text, NULL, 10) : 0;
        for_good = text && strchr(text, '+');
}

__attribute__((destructor)) static void stop(void) {
        const char *path = getenv("COUNT_TO");
        unsigned long count = n_allocations;
        FILE *file = path ? fopen(path, "w") : NULL;

        if (file) {
                fprintf(file, "%lu\n", count);
                fclose(file);
        }
}

static bool fails(void) {
        unsigned long number = __atomic_add_fetch(&n_allocations, 1, __ATOMIC_RELAXED);

        if (fail_at == 0 || number < fail_at || (number > fail_at && !for_good))
                return false;

        errno = ENOMEM;
        return true;
}

void *malloc(size_t size) {
        return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size) {
        return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *block, size_t size) {
        return fails() ? NULL : __libc_realloc(block, size);
}

void *reallocarray(void *block, size_t n, size_t size) {
        size_t total;

        if (__builtin_mul_overflow(n, size, &total)) {
                errno = ENOMEM;
                return NULL;
        }

        return realloc(block, total);
}
