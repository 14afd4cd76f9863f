/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "dep-lines.h"

/*
 * dep_lines_append(), and why it has dropped a line: PROBLEM_LINE_DROPPED comes with the file as
 * its subject, and the reason and what to do as its detail. 0, -ENOMEM, -EFBIG.
 */
int index_append(DepLines *ret_lines, const Model *model, const char *file, const Buffer *old,
                 ProblemList *problems);
