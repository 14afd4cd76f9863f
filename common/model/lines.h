/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The lines of a file in memory as fgets(3) with a buffer of a certain size gives them, because
 * kmod reads its input files so: a long line comes in pieces, a NUL ends what is seen of one, and
 * the newline stays at the end.
 */
typedef struct Lines {
        const char *next;
        const char *end;
        size_t piece_max; /* bytes of a piece, newline included */
        uint32_t number;  /* of the present piece, from 1 */
} Lines;

typedef struct Line {
        const char *text;
        size_t size;      /* up to a NUL, newline included */
        bool has_newline; /* false for a piece, for what a NUL cut, for a last line without one */
} Line;

static inline Lines lines_of(const char *bytes, size_t size, size_t piece_max) {
        return (Lines){ .next = bytes, .end = bytes + size, .piece_max = piece_max };
}

/* False at the end. */
bool lines_next(Lines *lines, Line *ret_line);
