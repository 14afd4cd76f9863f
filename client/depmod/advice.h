/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "problem.h"

/*
 * Prints the sentence of a problem on stderr. False if it only says what was assumed or left
 * undone, and nothing is wrong with the tree.
 */
bool advice_print(const Problem *problem);

/* The same without printing. */
bool advice_is_problem(const Problem *problem);

/* Prints what was assumed or left undone and is no problem of the tree. */
__attribute__((format(printf, 1, 2))) void advice_note(const char *format, ...);
