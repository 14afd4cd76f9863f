/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

/*
 * Names of files and symbols may hold any byte; text on the bus and in JSON has to be UTF-8.
 */
bool utf8_is_valid(const char *text);

/* A copy with each byte that is not part of a valid character as \x80. 0 or -ENOMEM. */
int utf8_escape(const char *text, char **ret_escaped);
