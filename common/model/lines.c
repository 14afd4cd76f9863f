/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lines.h"

#include <string.h>

bool lines_next(Lines *lines, Line *ret_line) {
        size_t left = (size_t) (lines->end - lines->next), size, visible;
        const char *newline;

        if (left == 0)
                return false;

        size = left < lines->piece_max ? left : lines->piece_max;
        newline = memchr(lines->next, '\n', size);
        if (newline)
                size = (size_t) (newline - lines->next) + 1;

        visible = strnlen(lines->next, size);
        *ret_line = (Line){ .text = lines->next,
                            .size = visible,
                            .has_newline = visible > 0 && lines->next[visible - 1] == '\n' };
        lines->next += size;
        lines->number++;
        return true;
}
