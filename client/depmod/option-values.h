/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/*
 * Values of options that both depmod and depmodctl index have.
 */

#define OPTION_JOBS_MAX 1024

/* 0, or -EINVAL for anything but a number from 1 to OPTION_JOBS_MAX. */
int option_values_parse_jobs(const char *text, unsigned *ret_jobs);

/* Appends to a NULL-terminated list. 0 or -ENOMEM. */
int option_values_add(const char ***values, size_t *count, size_t *capacity, const char *value);
