/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config-lines.h"

#include <string.h>

#define SEPARATORS " \t"

ConfigLines config_lines_of(const char *bytes, size_t size) {
        return (ConfigLines){ .next = bytes, .end = size > 0 ? bytes + size : bytes };
}

void config_lines_done(ConfigLines *lines) {
        buffer_done(&lines->text);
}

/* A backslash that joins the last line with nothing still counts as one line more, as in kmod. */
int config_lines_next(ConfigLines *lines) {
        Buffer *text = &lines->text;

        if (lines->next >= lines->end)
                return 0;

        buffer_clear(text);
        lines->line++;
        while (lines->next < lines->end && *lines->next != '\n') {
                char c = *lines->next++;

                if (c == '\\') {
                        if (lines->next == lines->end)
                                break;

                        c = *lines->next++;
                        if (c == '\n') {
                                lines->line++;
                                continue;
                        }
                }

                buffer_append_byte(text, (uint8_t) c);
        }

        if (lines->next < lines->end)
                lines->next++;

        buffer_append_byte(text, '\0');
        return buffer_error(text) < 0 ? buffer_error(text) : 1;
}

char *config_next_word(char **rest) {
        char *word = *rest + strspn(*rest, SEPARATORS);

        if (*word == '\0')
                return NULL;

        *rest = word + strcspn(word, SEPARATORS);
        if (**rest != '\0')
                *(*rest)++ = '\0';
        return word;
}
