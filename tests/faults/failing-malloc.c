/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * To be preloaded: the allocation number FAIL_AT of the process fails, and all later ones too if a
 * plus sign follows the number. Without FAIL_AT none fails. How many there were is written into the
 * file COUNT_TO at the end.
 *
 * With FAIL_CONTROL, a file of two 64-bit numbers, it can be told while the process runs: the first
 * counts the allocations, the second says which of them is to fail; 0 is none.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t size);

static unsigned long n_allocations;
static unsigned long fail_at;
static bool for_good;
static uint64_t *control; /* count, number that fails */

static void map_control(void) {
        const char *path = getenv("FAIL_CONTROL");
        int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
        void *memory;

        if (fd < 0)
                return;
        memory = mmap(NULL, 2 * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        control = memory == MAP_FAILED ? NULL : memory;
        close(fd);
}

__attribute__((constructor)) static void start(void) {
        const char *text = getenv("FAIL_AT");

        n_allocations = 0;
        fail_at = text ? strtoul(text, NULL, 10) : 0;
        for_good = text && strchr(text, '+');
        map_control();
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

static bool fails_by_control(void) {
        if (__atomic_add_fetch(&control[0], 1, __ATOMIC_RELAXED) != control[1])
                return false;

        errno = ENOMEM;
        return true;
}

static bool fails(void) {
        unsigned long number = __atomic_add_fetch(&n_allocations, 1, __ATOMIC_RELAXED);

        if (control)
                return fails_by_control();
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
