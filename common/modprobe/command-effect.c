/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdbool.h>
#include <string.h>

#include "blocked.h"

#define BLANKS " \t"
/* With one of these in it a shell may do more, or something else, than the first word says. */
#define SHELL_CHARACTERS ";&|<>()$`\\\"'*?[#~={}!\n\r\v\f"

static const struct {
        const char *word;
        CommandEffect effect;
} effects[] = {
        { "false", COMMAND_FAILS },    { "/bin/false", COMMAND_FAILS },
        { "true", COMMAND_NOTHING },   { "/usr/bin/false", COMMAND_FAILS },
        { ":", COMMAND_NOTHING },      { "/bin/true", COMMAND_NOTHING },
        { "exit 0", COMMAND_NOTHING }, { "/usr/bin/true", COMMAND_NOTHING },
        { "exit 1", COMMAND_FAILS },   { "", COMMAND_NOTHING },
};

/* Whatever arguments true and false are given, they do not look at them. */
CommandEffect command_effect(const char *command) {
        size_t size;

        command += strspn(command, BLANKS);
        size = strlen(command);
        if (strcspn(command, SHELL_CHARACTERS) < size)
                return COMMAND_UNKNOWN;
        while (size > 0 && strchr(BLANKS, command[size - 1]))
                size--;

        for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
                size_t word_size = strlen(effects[i].word);
                bool is_whole = size == word_size;
                bool has_arguments = size > word_size && word_size > 0 &&
                                     effects[i].word[0] != 'e' &&
                                     strchr(BLANKS, command[word_size]);

                if ((is_whole || has_arguments) && memcmp(command, effects[i].word, word_size) == 0)
                        return effects[i].effect;
        }

        return COMMAND_UNKNOWN;
}
