/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "problem.h"

/*
 * Fails unless these are the problems: a line for each, "code path:line 'subject' (detail) #number
 * ENOENT", without what the problem does not have.
 */
void assert_problems(const ProblemList *problems, const char *expected);
