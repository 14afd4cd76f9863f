/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

/*
 * The logical lines of a configuration file and their words, as kmod takes them apart: a backslash
 * is dropped, and joins lines at the end of one; a NUL hides the rest of its line.
 */
typedef struct ConfigLines {
        const char *next;
        const char *end;
        uint32_t line; /* number of the last physical line consumed */
        Buffer text;   /* of the present line, NUL-terminated; the caller may cut it to pieces */
} ConfigLines;

/* The bytes are borrowed. */
ConfigLines config_lines_of(const char *bytes, size_t size);
void config_lines_done(ConfigLines *lines);

/* Goes to the next logical line. 1: there is one; 0: that was the last; -ENOMEM. */
int config_lines_next(ConfigLines *lines);

/* Cuts the next word off *rest, with the one blank behind it. NULL at the end of the line. */
char *config_next_word(char **rest);
