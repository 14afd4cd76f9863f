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
#define PATTERN_UNROLLED_MAX 512

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

/* What is read of a group so far, and how much of that a repetition behind it would repeat. */
typedef struct Group {
        size_t size;
        size_t last;
} Group;

static size_t add(size_t a, size_t b) {
        return __builtin_add_overflow(a, b, &a) ? SIZE_MAX : a;
}

static void group_add(Group *group, size_t size) {
        group->size = add(group->size, size);
        group->last = size;
}

/* A plus sign or an open end means one more copy: a+ becomes aa*. */
static void group_repeat(Group *group, size_t copies) {
        size_t more;

        if (__builtin_mul_overflow(group->last, copies, &more))
                more = SIZE_MAX;
        group->size = add(group->size, more);
        group->last = add(group->last, more);
}

/* The first byte of a bracket expression, and also that behind ^, does not end it. */
static const char *bracket_end(const char *pattern) {
        const char *end;

        pattern += pattern[0] == '^';
        end = pattern[0] != '\0' ? strchr(pattern + 1, ']') : NULL;
        return end ? end + 1 : strchr(pattern, '\0');
}

/* Reads one part of the pattern, other than the brackets of a group, and returns its end. */
static const char *read_part(Group *group, const char *at) {
        const char *end = at + 1;

        switch (at[0]) {
        case '*':
        case '?':
                return end;
        case '+':
                group_repeat(group, 1);
                return end;
        case '{':
                group_repeat(group, largest_repetition(end));
                end += strcspn(end, "}");
                return end + (end[0] == '}');
        case '[':
                end = bracket_end(end);
                break;
        case '\\':
                end += end[0] != '\0';
                break;
        default:
                break;
        }

        group_add(group, (size_t) (end - at));
        return end;
}

/* No less than what the pattern grows to when its repetitions, which may nest, are written out. */
static size_t pattern_unrolled_size(const char *pattern) {
        Group groups[PATTERN_SIZE_MAX + 1] = {};
        size_t depth = 0;

        while (pattern[0] != '\0') {
                if (pattern[0] == '(') {
                        groups[++depth] = (Group){};
                        pattern++;
                } else if (pattern[0] == ')' && depth > 0) {
                        depth--;
                        group_add(&groups[depth], add(groups[depth + 1].size, 2));
                        pattern++;
                } else
                        pattern = read_part(&groups[depth], pattern);
        }

        for (; depth > 0; depth--)
                group_add(&groups[depth - 1], add(groups[depth].size, 1));
        return groups[0].size;
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
