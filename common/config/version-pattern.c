/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "version-pattern.h"

#include <errno.h>
#include <limits.h>
#include <regex.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * glibc compiles a pattern by recursion over its brackets and by copying what is repeated: limits,
 * so that `((a{999}){999}){999}` or `a++++++++++++++++++++++` costs neither the stack nor the
 * memory, which grows with the square of what is written out.
 */
#define PATTERN_SIZE_MAX 1024
#define PATTERN_UNROLLED_MAX 4096

/* The largest number between the braces, at least 1. */
static unsigned long largest_repetition(const char *numbers) {
        unsigned long most = 1;

        while (numbers[0] != '\0' && numbers[0] != '}') {
                char *end;
                unsigned long n = strtoul(numbers, &end, 10);

                if (n > most)
                        most = n;
                numbers = end > numbers ? end : numbers + 1;
        }

        return most;
}

/*
 * No less than what the pattern grows to when its repetitions, which may nest, are written out. A
 * plus sign or an open end means one more copy: a+ becomes aa*.
 */
static size_t pattern_unrolled_size(const char *pattern) {
        size_t size = strlen(pattern);

        for (const char *at = strpbrk(pattern, "+{"); at; at = strpbrk(at + 1, "+{")) {
                unsigned long copies = *at == '+' ? 1 : largest_repetition(at + 1);

                if (copies == ULONG_MAX || __builtin_mul_overflow(size, copies + 1, &size))
                        return SIZE_MAX;
        }

        return size;
}

int version_pattern_matches(const char *pattern, const char *version) {
        regex_t regex;
        int r;

        if (strcmp(pattern, "*") == 0)
                return 1;

        if (strlen(pattern) > PATTERN_SIZE_MAX ||
            pattern_unrolled_size(pattern) > PATTERN_UNROLLED_MAX)
                return 0;

        r = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);
        if (r != 0)
                return r == REG_ESPACE ? -ENOMEM : 0;

        /* Without memory glibc only says that nothing matches, but errno tells. */
        errno = 0;
        r = regexec(&regex, version, 0, NULL, 0);
        if (r != 0 && errno == ENOMEM)
                r = REG_ESPACE;
        regfree(&regex);
        return r == REG_ESPACE ? -ENOMEM : r == 0;
}
