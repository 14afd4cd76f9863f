/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * A test describes a module or a model in lines of a keyword and a text, as "export printk
 * 1234abcd".
 */
typedef struct ScriptLine {
        char keyword[16];
        char text[512];
} ScriptLine;

/* The next line; false at the end. */
bool script_next(const char **script, ScriptLine *ret_line);

/* Is this the line's keyword? */
bool script_is(const ScriptLine *line, const char *keyword);

/* Takes a second word, a hexadecimal number, from the text. False if there is none. */
bool script_take_number(ScriptLine *line, uint64_t *ret_number);
