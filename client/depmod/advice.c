/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "advice.h"

#include <stdarg.h>
#include <stdio.h>

#include "problem-sentence.h"

bool advice_is_problem(const Problem *problem) {
        return problem_has_sentence(problem) && !problem_is_note(problem);
}

static void print_line(const char *beginning, const char *text) {
        _cleanup_buffer_ Buffer line = {};

        buffer_append_string(&line, beginning);
        problem_line_append(&line, text, strlen(text));
        buffer_append_byte(&line, '\n');
        (void) fwrite(line.data, 1, line.size, stderr);
}

bool advice_print(const Problem *problem) {
        _cleanup_buffer_ Buffer sentence = {};

        if (problem_sentence(problem, &sentence) == 0)
                (void) fprintf(stderr, "depmodctl: %s%s\n",
                               problem_is_note(problem) ? "note: " : "", sentence.data);
        return advice_is_problem(problem);
}

void advice_note(const char *format, ...) {
        _cleanup_free_ char *text = NULL;
        va_list arguments;
        int n;

        va_start(arguments, format);
        n = vasprintf(&text, format, arguments);
        va_end(arguments);
        if (n < 0)
                text = NULL;
        else
                print_line("depmodctl: note: ", text);
}
