/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "macro.h"
#include "problem-kind.h"

/*
 * A problem is what is wrong with a tree or its configuration: data, not a log line. The library
 * collects problems in the order in which it meets them; the program words them, prints them, sends
 * them over the bus. What goes wrong with ourselves (no memory, no space) is a negative errno and
 * never a problem.
 *
 * Severity is kmod's for the same thing (specification section 8), so that the drop-in depmod shows
 * what kmod's shows; kinds that kmod does not know have the severity that a reader would expect.
 */

/* Strings that the kind does not use are NULL; so is a line or number 0. `error` is positive. */
typedef struct Problem {
        ProblemKind kind;
        int error;
        uint32_t line;
        uint64_t number;
        const char *path;
        const char *subject;
        const char *detail;
} Problem;

/*
 * A list of problems, in the order in which they were met. Problems below `least` are not recorded,
 * which is how a run that will not show details does not pay for them. A zeroed list records all.
 */
typedef struct ProblemList {
        Problem *items;
        size_t count;
        size_t capacity;
        ProblemSeverity least;
} ProblemList;

void problem_list_done(ProblemList *list);
#define _cleanup_problem_list_ _cleanup_(problem_list_done)

/* Records a copy of `problem`, strings included, unless `list` is NULL. 0 or -ENOMEM. */
int problem_list_add(ProblemList *list, const Problem *problem);

/* Appends the problems of `from` and leaves it empty. 0 or -ENOMEM. */
int problem_list_move(ProblemList *list, ProblemList *from);

/*
 * Is there a problem in the list that says the same? The search begins at *at, which is then set
 * behind what was found: so that all of a list are found in another of the same order in one walk.
 */
bool problem_list_has(const ProblemList *list, const Problem *problem, size_t *at);

/* Do both lists say the same, in the same order? */
bool problem_list_is_equal(const ProblemList *a, const ProblemList *b);
