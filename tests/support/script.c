/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "script.h"

#include <stdlib.h>

#include "test-case.h"

static void copy(char *to, size_t room, const char *from, size_t size) {
        assert_true(size < room);
        memcpy(to, from, size);
        to[size] = '\0';
}

bool script_next(const char **script, ScriptLine *ret_line) {
        size_t size = strcspn(*script, "\n"), keyword_size = strcspn(*script, " \n");
        const char *text = *script + keyword_size;

        if (size == 0)
                return false;

        text += keyword_size < size;
        copy(ret_line->keyword, sizeof(ret_line->keyword), *script, keyword_size);
        copy(ret_line->text, sizeof(ret_line->text), text, size - (size_t) (text - *script));
        *script += size + ((*script)[size] == '\n');
        return true;
}

bool script_is(const ScriptLine *line, const char *keyword) {
        return strcmp(line->keyword, keyword) == 0;
}

bool script_take_number(ScriptLine *line, uint64_t *ret_number) {
        char *space = strchr(line->text, ' '), *end;

        if (!space)
                return false;

        *space = '\0';
        *ret_number = strtoull(space + 1, &end, 16);
        assert_true(end > space + 1 && *end == '\0');
        return true;
}
