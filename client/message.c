/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>

void message_error(const char *format, ...) {
        va_list arguments;

        (void) fputs("depmodctl: ", stderr);
        va_start(arguments, format);
        (void) vfprintf(stderr, format, arguments);
        va_end(arguments);
        (void) fputc('\n', stderr);
}
