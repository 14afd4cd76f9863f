/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "usec.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "macro.h"

#define WHITE " \t"

static const struct {
        const char *name;
        uint64_t usec;
} units[] = {
        { "us", 1 },
        { "ms", 1000 },
        { "s", 1000000 },
        { "sec", 1000000 },
        { "second", 1000000 },
        { "seconds", 1000000 },
        { "min", 60000000 },
        { "m", 60000000 },
        { "minute", 60000000 },
        { "minutes", 60000000 },
        { "h", 3600000000 },
        { "hr", 3600000000 },
        { "hour", 3600000000 },
        { "hours", 3600000000 },
        { "", 1000000 },
};

static int parse_number(const char **text, uint64_t *ret_number) {
        uint64_t number = 0;
        const char *start = *text;

        for (; **text >= '0' && **text <= '9'; (*text)++) {
                if (__builtin_mul_overflow(number, 10, &number) ||
                    __builtin_add_overflow(number, (uint64_t) (**text - '0'), &number))
                        return -EINVAL;
        }

        *ret_number = number;
        return *text == start ? -EINVAL : 0;
}

static int parse_unit(const char **text, uint64_t *ret_usec) {
        size_t size = strspn(*text, "abcdefghijklmnopqrstuvwxyz");

        for (size_t i = 0; i < ELEMENTSOF(units); i++) {
                if (strlen(units[i].name) == size && memcmp(units[i].name, *text, size) == 0) {
                        *ret_usec = units[i].usec;
                        *text += size;
                        return 0;
                }
        }

        return -EINVAL;
}

int usec_parse(const char *text, uint64_t *ret_usec) {
        uint64_t sum = 0;

        text += strspn(text, WHITE);
        do {
                uint64_t number, unit;

                if (parse_number(&text, &number) < 0)
                        return -EINVAL;
                text += strspn(text, WHITE);
                if (parse_unit(&text, &unit) < 0 || __builtin_mul_overflow(number, unit, &number) ||
                    __builtin_add_overflow(sum, number, &sum))
                        return -EINVAL;
                text += strspn(text, WHITE);
        } while (*text != '\0');

        *ret_usec = sum;
        return 0;
}

static uint64_t now(clockid_t clock) {
        struct timespec time = {};

        (void) clock_gettime(clock, &time);
        return (uint64_t) time.tv_sec * 1000000 + (uint64_t) time.tv_nsec / 1000;
}

uint64_t usec_monotonic(void) {
        return now(CLOCK_MONOTONIC);
}

uint64_t usec_realtime(void) {
        return now(CLOCK_REALTIME);
}
