/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "buffer.h"
#include "problem.h"

/*
 * Problems for a person who wants to mend them: one line each with the file, what is wrong, and
 * what to do about it.
 */

enum {
        PROBLEM_UNTOLD = 1, /* the kind has no sentence (below); nothing was appended */
};

/*
 * Appends the sentence of a problem and a NUL. File names and symbols may hold any byte, but the
 * sentence is one line: its control characters stand as \x0a.
 *
 * 0, PROBLEM_UNTOLD or -ENOMEM.
 */
int problem_sentence(const Problem *problem, Buffer *sentence);

/*
 * False for the kinds that say nothing beyond what others say, or nothing that needs mending: they
 * are not told.
 */
bool problem_has_sentence(const Problem *problem);

/* Does it only say what was assumed or left undone, and nothing is wrong with the tree? */
bool problem_is_note(const Problem *problem);

/*
 * Does the second one, which follows the first in the list, say nothing that the first does not? A
 * file that cannot be unpacked can of course not be read, either.
 */
bool problem_is_repetition(const Problem *problem, const Problem *next);

/* Appends text as a sentence shows it: control characters as \x0a. Without NUL. */
void problem_line_append(Buffer *line, const char *text, size_t size);
