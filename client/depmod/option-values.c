/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "option-values.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "array.h"

int option_values_parse_jobs(const char *text, unsigned *ret_jobs) {
        unsigned long n;
        char *end;

        /* strtoul() takes spaces and signs, too. */
        if (!isdigit((unsigned char) text[0]))
                return -EINVAL;
        n = strtoul(text, &end, 10);
        if (*end != '\0' || n < 1 || n > OPTION_JOBS_MAX)
                return -EINVAL;

        *ret_jobs = (unsigned) n;
        return 0;
}

int option_values_add(const char ***values, size_t *count, size_t *capacity, const char *value) {
        if (ARRAY_RESERVE(*values, *capacity, *count + 2) < 0)
                return -ENOMEM;

        (*values)[(*count)++] = value;
        (*values)[*count] = NULL;
        return 0;
}
