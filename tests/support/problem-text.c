/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "problem-text.h"

#include <inttypes.h>

#include "test-case.h"

static void append(Buffer *text, const Problem *problem) {
        buffer_append_string(text, problem_code(problem->kind));
        if (problem->path)
                buffer_append_format(text, " %s", problem->path);
        if (problem->line > 0)
                buffer_append_format(text, ":%" PRIu32, problem->line);
        if (problem->subject)
                buffer_append_format(text, " '%s'", problem->subject);
        if (problem->detail)
                buffer_append_format(text, " (%s)", problem->detail);
        if (problem->number > 0)
                buffer_append_format(text, " #%" PRIu64, problem->number);
        if (problem->error != 0)
                buffer_append_format(text, " %s", strerrorname_np(problem->error));
        buffer_append_byte(text, '\n');
}

void assert_problems(const ProblemList *problems, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < problems->count; i++)
                append(&text, &problems->items[i]);
        assert_text(&text, expected);
}
