/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "buffer.h"
#include "model.h"
#include "problem.h"

/*
 * The lines of modules.dep, which are the whole of that file and, each under its module's name, the
 * values of modules.dep.bin (specification section 6.1).
 */
typedef struct DepLine {
        size_t start;    /* in the text */
        uint32_t size;   /* without newline */
        uint32_t module; /* its index */
} DepLine;

typedef struct DepLines {
        Buffer text;
        DepLine *items;
        size_t count;
        size_t capacity;
} DepLines;

void dep_lines_done(DepLines *lines);
#define _cleanup_dep_lines_ _cleanup_(dep_lines_done)

/* One line for each module of a linked model, in final order. 0, -ENOMEM, -EFBIG. */
int dep_lines_render(DepLines *ret_lines, const Model *model);

/*
 * The same on top of an older modules.dep: its lines stay as they are where they are, except that
 * those whose module is gone are dropped, each a problem; lines for the modules that it does not
 * have follow.
 */
int dep_lines_append(DepLines *ret_lines, const Model *model, const char *old, size_t old_size,
                     ProblemList *problems);
