/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "buffer.h"
#include "modprobe-config.h"
#include "module-name.h"

#define BLANKS " \t\n\v\f\r"

/* A word of a command line: what stands between blanks that are not inside of double quotes. */
typedef struct Word {
        const char *text;
        size_t size;
} Word;

static bool is_blank(char c) {
        return c != '\0' && strchr(BLANKS, c);
}

/* False at the end; a word with a quote that nothing ends is none. */
static bool next_word(const char **next, const char *end, Word *ret_word) {
        bool is_quoted = false;
        const char *start;

        while (*next < end && is_blank(**next))
                (*next)++;
        start = *next;
        for (; *next < end && (is_quoted || !is_blank(**next)); (*next)++)
                is_quoted ^= **next == '"';

        *ret_word = (Word){ start, (size_t) (*next - start) };
        return *next > start && !is_quoted;
}

/* Each name as it is written: kmod makes no '_' of a '-' here. */
static int add_blacklist(ModprobeConfig *config, ModprobeRule rule, char *names) {
        char *name;
        int r = 0;

        rule.kind = MODPROBE_BLACKLIST;
        while (r >= 0 && (name = strsep(&names, ","))) {
                rule.name = name;
                if (name[0] != '\0')
                        r = modprobe_config_add(config, rule);
        }

        return r;
}

static int add_option(ModprobeConfig *config, ModprobeRule rule, const char *module, char *option) {
        _cleanup_buffer_ Buffer name = {};
        int r;

        r = alias_normalize(module, strlen(module), &name);
        buffer_append_byte(&name, '\0');
        if (buffer_error(&name) < 0)
                return -ENOMEM;
        if (r < 0)
                return 0;

        rule.kind = MODPROBE_OPTIONS;
        rule.name = name.data;
        rule.text = option;
        return modprobe_config_add(config, rule);
}

/* A quote before the name belongs before the value. `text` is a copy with room for one byte more.
 */
static void move_quote(char *text) {
        char *equals = strchr(text, '=');

        if (text[0] != '"' || !equals)
                return;

        memmove(text, text + 1, (size_t) (equals - text));
        *equals = '"';
}

static int parse_word(ModprobeConfig *config, ModprobeRule rule, Word word) {
        _cleanup_free_ char *text = strndup(word.text, word.size);
        char *dot, *option;
        size_t name_size;

        if (!text)
                return -ENOMEM;

        move_quote(text);
        name_size = strcspn(text, "=");
        dot = memchr(text, '.', name_size);
        if (!dot || dot == text || memchr(dot + 1, '.', name_size - (size_t) (dot + 1 - text)))
                return 0;

        *dot = '\0';
        option = dot + 1;
        if (strcmp(text, "modprobe") == 0 && strncmp(option, "blacklist=", 10) == 0)
                return add_blacklist(config, rule, option + 10);
        return add_option(config, rule, text, option);
}

int modprobe_config_parse_command_line(ModprobeConfig *config, const char *path, const char *bytes,
                                       size_t size) {
        const char *next = bytes, *end = size > 0 ? bytes + size : bytes;
        ModprobeRule rule = { .file = (uint32_t) config->n_paths };
        Word word;
        int r;

        r = modprobe_config_add_path(config, path);
        while (r >= 0 && next_word(&next, end, &word))
                r = parse_word(config, rule, word);
        return r;
}
