/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "failing-memory.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One thread at a time allocates in the tests that use this. */
static size_t n_left;
static bool is_armed;

void failing_memory_arm(size_t n_good) {
        n_left = n_good;
        is_armed = true;
}

bool failing_memory_disarm(void) {
        bool has_failed = !is_armed;

        is_armed = false;
        return has_failed;
}

static bool fails(void) {
        if (!is_armed || n_left-- > 0)
                return false;

        is_armed = false;
        errno = ENOMEM;
        return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__real_reallocarray(void *pointer, size_t count, size_t size);
char *__real_strdup(const char *string);
char *__real_strndup(const char *string, size_t size);
int __real_vasprintf(char **ret_string, const char *format, va_list arguments);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);
void *__wrap_reallocarray(void *pointer, size_t count, size_t size);
char *__wrap_strdup(const char *string);
char *__wrap_strndup(const char *string, size_t size);
int __wrap_vasprintf(char **ret_string, const char *format, va_list arguments);
int __wrap_asprintf(char **ret_string, const char *format, ...);

void *__wrap_malloc(size_t size) {
        return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
        return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *pointer, size_t size) {
        return fails() ? NULL : __real_realloc(pointer, size);
}

void *__wrap_reallocarray(void *pointer, size_t count, size_t size) {
        return fails() ? NULL : __real_reallocarray(pointer, count, size);
}

char *__wrap_strdup(const char *string) {
        return fails() ? NULL : __real_strdup(string);
}

char *__wrap_strndup(const char *string, size_t size) {
        return fails() ? NULL : __real_strndup(string, size);
}

int __wrap_vasprintf(char **ret_string, const char *format, va_list arguments) {
        return fails() ? -1 : __real_vasprintf(ret_string, format, arguments);
}

int __wrap_asprintf(char **ret_string, const char *format, ...) {
        va_list arguments;
        int n;

        va_start(arguments, format);
        n = __wrap_vasprintf(ret_string, format, arguments);
        va_end(arguments);
        return n;
}
