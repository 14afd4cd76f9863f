/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "problem-words.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

static bool is_field(const char *name, size_t size, const char *wanted) {
        return strlen(wanted) == size && memcmp(name, wanted, size) == 0;
}

static void append_field(Buffer *sentence, const char *name, size_t size, const Problem *problem) {
        if (is_field(name, size, "path"))
                buffer_append_string(sentence, problem->path ? problem->path : "");
        else if (is_field(name, size, "subject"))
                buffer_append_string(sentence, problem->subject ? problem->subject : "");
        else if (is_field(name, size, "detail"))
                buffer_append_string(sentence, problem->detail ? problem->detail : "");
        else if (is_field(name, size, "line"))
                buffer_append_format(sentence, "%" PRIu32, problem->line);
        else if (is_field(name, size, "error"))
                buffer_append_string(sentence, strerror(problem->error));
        else if (is_field(name, size, "number"))
                buffer_append_format(sentence, "%" PRIu64, problem->number);
        else if (is_field(name, size, "octal"))
                buffer_append_format(sentence, "%" PRIo64, problem->number);
        else if (is_field(name, size, "hex"))
                buffer_append_format(sentence, "%" PRIx64, problem->number);
        else if (is_field(name, size, "character"))
                buffer_append_byte(sentence, (uint8_t) problem->number);
}

void problem_words_append(Buffer *sentence, const char *template, const Problem *problem) {
        while (*template != '\0') {
                size_t text_size = strcspn(template, "{"), name_size;

                buffer_append(sentence, template, text_size);
                template += text_size;
                if (*template == '\0')
                        return;

                name_size = strcspn(++template, "}");
                append_field(sentence, template, name_size, problem);
                template += name_size + (template[name_size] == '}');
        }
}
