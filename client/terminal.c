/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "terminal.h"

#include <langinfo.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_DEFAULT 80

static bool is_one_of(const char *text, const char *const *words) {
        for (; *words; words++) {
                if (strcasecmp(text, *words) == 0)
                        return true;
        }

        return false;
}

bool terminal_wants_colors(bool is_terminal) {
        static const char *const yes[] = { "1",  "yes", "y",   "true",  "t",
                                           "on", "16",  "256", "24bit", NULL };
        static const char *const no[] = { "0", "no", "n", "false", "f", "off", NULL };
        const char *wish = getenv("SYSTEMD_COLORS"), *term = getenv("TERM");

        if (wish && is_one_of(wish, yes))
                return true;
        if (wish && is_one_of(wish, no))
                return false;
        if (getenv("NO_COLOR"))
                return false;
        return is_terminal && term && strcmp(term, "dumb") != 0;
}

static size_t find_width(void) {
        const char *columns = getenv("COLUMNS");
        struct winsize size;
        unsigned long width = columns ? strtoul(columns, NULL, 10) : 0;

        if (width > 0 && width < UINT16_MAX)
                return width;
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
                return size.ws_col;
        return WIDTH_DEFAULT;
}

Terminal terminal_look(void) {
        bool is_terminal = isatty(STDOUT_FILENO);

        return (Terminal){
                .width = is_terminal ? find_width() : 0,
                .has_colors = terminal_wants_colors(is_terminal),
                .is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
        };
}
