/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mount-table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MOUNT_POINT_FIELD 5

static bool is_octal(const char *digits) {
        return digits[0] >= '0' && digits[0] <= '3' && digits[1] >= '0' && digits[1] <= '7' &&
               digits[2] >= '0' && digits[2] <= '7';
}

/* Blanks in a path stand in the table as \040, and so on. */
static void unescape(char *text) {
        char *to = text;

        for (const char *from = text; *from != '\0'; to++) {
                if (from[0] == '\\' && is_octal(from + 1)) {
                        *to = (char) ((from[1] - '0') * 64 + (from[2] - '0') * 8 + from[3] - '0');
                        from += 4;
                } else
                        *to = *from++;
        }
        *to = '\0';
}

static char *mount_point(const char *line) {
        char *point;

        for (unsigned field = 1; field < MOUNT_POINT_FIELD; field++) {
                line += strcspn(line, " ");
                line += *line == ' ';
        }

        point = strndup(line, strcspn(line, " "));
        if (point)
                unescape(point);
        return point;
}

static int add_line(const char *line, const MountsHandler *handler, Buffer *relevant) {
        _cleanup_free_ char *point = mount_point(line);

        if (!point)
                return -ENOMEM;
        if (handler->is_relevant(point, handler->userdata))
                buffer_append(relevant, line, strlen(line) + 1);
        return buffer_error(relevant);
}

int mount_table_select(char *table, const MountsHandler *handler, Buffer *relevant) {
        int r = 0;

        for (char *next = table; r >= 0 && next && *next != '\0';)
                r = add_line(strsep(&next, "\n"), handler, relevant);
        return r;
}
