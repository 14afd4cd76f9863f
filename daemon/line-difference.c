/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "line-difference.h"

#include <errno.h>
#include <string.h>

typedef struct TextLine {
        const char *text;
        size_t size;
} TextLine;

static int compare(const void *a, const void *b) {
        const TextLine *x = a, *y = b;
        int order = memcmp(x->text, y->text, x->size < y->size ? x->size : y->size);

        return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

static int sorted_lines(const Buffer *text, TextLine **ret_lines, size_t *ret_count) {
        const char *next = text->size > 0 ? text->data : "", *end = next + text->size;
        TextLine *lines;
        size_t count = 0;

        for (size_t i = 0; i < text->size; i++)
                count += text->data[i] == '\n';

        lines = reallocarray(NULL, count + 1, sizeof(TextLine));
        if (!lines)
                return -ENOMEM;

        for (count = 0; next < end; count++) {
                const char *newline = memchr(next, '\n', (size_t) (end - next));
                const char *stop = newline ? newline + 1 : end;

                lines[count] = (TextLine){ .text = next, .size = (size_t) (stop - next) };
                next = stop;
        }

        if (count > 0)
                qsort(lines, count, sizeof(TextLine), compare);
        *ret_lines = lines;
        *ret_count = count;
        return 0;
}

int line_difference(const Buffer *old, const Buffer *new, LineDifference *ret_difference) {
        _cleanup_free_ TextLine *a = NULL, *b = NULL;
        size_t n_a, n_b, i = 0, j = 0;
        int r;

        r = sorted_lines(old, &a, &n_a);
        if (r >= 0)
                r = sorted_lines(new, &b, &n_b);
        if (r < 0)
                return r;

        *ret_difference = (LineDifference){};
        while (i < n_a || j < n_b) {
                int order = i == n_a ? 1 : j == n_b ? -1 : compare(&a[i], &b[j]);

                ret_difference->n_removed += order < 0;
                ret_difference->n_added += order > 0;
                i += order <= 0;
                j += order >= 0;
        }

        return 0;
}
