/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "version-pattern.h"

#include <errno.h>
#include <limits.h>
#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * glibc compiles a pattern by recursion over its brackets and by copying what is repeated: limits,
 * so that `((a{999}){999}){999}` or `a++++++++++++++++++++++` costs neither the stack nor the
 * memory, which grows with the square of what is written out.
 *
 * Places, as `^` and `\b`, multiply the ways that it follows through the pattern. There is no bound
 * where what may be empty is repeated, as in `((|)|){40}()*`, or where the pattern refers back: a
 * line of the first kind was not compiled after ten minutes.
 */
#define PATTERN_SIZE_MAX 1024
#define PATTERN_UNROLLED_MAX 512
#define PATTERN_PLACES_MAX 24

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

/* What repetitions, which may nest, come to when they are written out: no less than glibc makes. */
typedef struct Cost {
        size_t size;
        size_t places;
} Cost;

#define COST_WITHOUT_BOUND ((Cost){ .size = SIZE_MAX })

/* What is read of a group so far, and what of that a repetition behind it would repeat. */
typedef struct Group {
        Cost all;
        Cost last;

        /* Of the alternative at hand the last part and all before it, and another alternative. */
        bool last_may_be_empty;
        bool rest_may_be_empty;
        bool other_may_be_empty;
} Group;

static size_t add(size_t a, size_t b) {
        return __builtin_add_overflow(a, b, &a) ? SIZE_MAX : a;
}

static size_t multiply(size_t a, size_t b) {
        return __builtin_mul_overflow(a, b, &a) ? SIZE_MAX : a;
}

static Cost cost_add(Cost a, Cost b) {
        return (Cost){
                .size = add(a.size, b.size),
                .places = add(a.places, b.places),
        };
}

static void group_begin(Group *group) {
        *group = (Group){ .last_may_be_empty = true, .rest_may_be_empty = true };
}

static bool group_may_be_empty(const Group *group) {
        return group->other_may_be_empty || (group->rest_may_be_empty && group->last_may_be_empty);
}

static void group_add(Group *group, Cost cost, bool may_be_empty) {
        group->all = cost_add(group->all, cost);
        group->last = cost;
        group->rest_may_be_empty = group->rest_may_be_empty && group->last_may_be_empty;
        group->last_may_be_empty = may_be_empty;
}

static void group_next_alternative(Group *group) {
        group->other_may_be_empty = group_may_be_empty(group);
        group_add(group, (Cost){ .size = 1 }, true);
        group->rest_may_be_empty = true;
}

/* A plus sign or an open end means one more copy: a+ becomes aa*. */
static void group_repeat(Group *group, size_t copies, bool may_be_left_out) {
        Cost more = {
                .size = add(multiply(group->last.size, copies), 1),
                .places = multiply(group->last.places, copies),
        };

        if (group->last_may_be_empty)
                more = COST_WITHOUT_BOUND;
        group->all = cost_add(group->all, more);
        group->last = cost_add(group->last, more);
        group->last_may_be_empty = group->last_may_be_empty || may_be_left_out;
}

/* The first byte of a bracket expression, and also that behind ^, does not end it. */
static const char *bracket_end(const char *pattern) {
        const char *end;

        pattern += pattern[0] == '^';
        end = pattern[0] != '\0' ? strchr(pattern + 1, ']') : NULL;
        return end ? end + 1 : strchr(pattern, '\0');
}

/* A byte of the pattern, or one behind a backslash, or a set of bytes between brackets. */
static void group_add_single(Group *group, const char *at, size_t size) {
        static const char places[] = "^$", escaped_places[] = "bB<>`'", references[] = "123456789";
        bool escaped = at[0] == '\\' && size > 1;
        bool is_place = strchr(escaped ? escaped_places : places, at[escaped]);
        Cost cost = { .size = size, .places = is_place };

        if (escaped && strchr(references, at[1]))
                cost = COST_WITHOUT_BOUND;
        group_add(group, cost, is_place);
}

/* Reads one part of the pattern, other than the brackets of a group, and returns its end. */
static const char *read_part(Group *group, const char *at) {
        const char *end = at + 1;

        switch (at[0]) {
        case '*':
        case '?':
                group_repeat(group, 0, true);
                return end;
        case '+':
                group_repeat(group, 1, false);
                return end;
        case '{':
                group_repeat(group, largest_repetition(end), strtoul(end, NULL, 10) == 0);
                end += strcspn(end, "}");
                return end + (end[0] == '}');
        case '|':
                group_next_alternative(group);
                return end;
        case '[':
                end = bracket_end(end);
                break;
        case '\\':
                end += end[0] != '\0';
                break;
        default:
                break;
        }

        group_add_single(group, at, (size_t) (end - at));
        return end;
}

static void group_end(const Group *group, Group *around) {
        group_add(around, cost_add(group->all, (Cost){ .size = 2 }), group_may_be_empty(group));
}

static Cost pattern_cost(const char *pattern) {
        Group groups[PATTERN_SIZE_MAX + 1];
        size_t depth = 0;

        group_begin(&groups[0]);
        while (pattern[0] != '\0') {
                if (pattern[0] == '(') {
                        group_begin(&groups[++depth]);
                        pattern++;
                } else if (pattern[0] == ')' && depth > 0) {
                        depth--;
                        group_end(&groups[depth + 1], &groups[depth]);
                        pattern++;
                } else
                        pattern = read_part(&groups[depth], pattern);
        }

        for (; depth > 0; depth--)
                group_end(&groups[depth], &groups[depth - 1]);
        return groups[0].all;
}

static bool pattern_is_affordable(const char *pattern) {
        Cost cost;

        if (strlen(pattern) > PATTERN_SIZE_MAX)
                return false;

        cost = pattern_cost(pattern);
        return cost.size <= PATTERN_UNROLLED_MAX && cost.places <= PATTERN_PLACES_MAX;
}

int version_pattern_matches(const char *pattern, const char *version) {
        regex_t regex;
        int r;

        if (strcmp(pattern, "*") == 0)
                return 1;

        if (!pattern_is_affordable(pattern))
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
