/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * What standard output goes to, asked before a pager takes its place.
 */
typedef struct Terminal {
        size_t width; /* 0: it is none */
        bool has_colors;
        bool is_utf8;
} Terminal;

/* Looks at the file, the environment and the locale, which must have been set. */
Terminal terminal_look(void);

/* $SYSTEMD_COLORS goes before $NO_COLOR, and that before what the terminal can. */
bool terminal_wants_colors(bool is_terminal);
