/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "version-pattern.h"

#include <regex.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * glibc compiles a pattern by recursion over its brackets and by copying what is repeated: limits,
 * so that `((a{999}){999}){999}` costs neither the stack nor the memory.
 */
#define PATTERN_SIZE_MAX 1024
#define PATTERN_UNROLLED_MAX 65536

/* No less than what the pattern grows to when its repetitions, which may nest, are written out. */
static size_t pattern_unrolled_size(const char *pattern) {
        size_t size = strlen(pattern);

        for (const char *brace = strchr(pattern, '{'); brace; brace = strchr(brace + 1, '{')) {
                const char *numbers = brace + 1;
                unsigned long most = 1;

                while (numbers[0] != '\0' && numbers[0] != '}') {
                        char *end;
                        unsigned long n = strtoul(numbers, &end, 10);

                        if (n > most)
                                most = n;
                        numbers = end > numbers ? end : numbers + 1;
                }

                if (__builtin_mul_overflow(size, most, &size))
                        return SIZE_MAX;
        }

        return size;
}

bool version_pattern_matches(const char *pattern, const char *version) {
        regex_t regex;
        bool matches;

        if (strcmp(pattern, "*") == 0)
                return true;

        if (strlen(pattern) > PATTERN_SIZE_MAX ||
            pattern_unrolled_size(pattern) > PATTERN_UNROLLED_MAX)
                return false;

        if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
                return false;

        matches = regexec(&regex, version, 0, NULL, 0) == 0;
        regfree(&regex);
        return matches;
}
