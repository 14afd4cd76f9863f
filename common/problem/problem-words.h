/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "buffer.h"
#include "problem.h"

/*
 * Makes a sentence of a problem. A template is text with the names of the problem's fields in
 * braces: {path} {subject} {detail} {line} {error}, and the number as {number}, {octal}, {hex} or,
 * if it is a character, {character}.
 *
 * Appends to `sentence`, without NUL. A field that is missing from the problem stands for nothing.
 */
void problem_words_append(Buffer *sentence, const char *template, const Problem *problem);
