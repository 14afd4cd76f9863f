/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "config-lines.h"
#include "modprobe-config.h"
#include "module-name.h"

enum {
        LINE_BAD = 1, /* unknown word, no name, no text, brackets that are not balanced */
};

/* A file of the kernel directory, but read in its place among the others. */
#define SOFTDEP_FILE "modules.softdep"

typedef struct Keyword {
        const char *word;
        ModprobeRuleKind kind;
        bool has_text;
} Keyword;

static const Keyword keywords[] = {
        { "alias", MODPROBE_ALIAS, true },     { "blacklist", MODPROBE_BLACKLIST, false },
        { "install", MODPROBE_INSTALL, true }, { "options", MODPROBE_OPTIONS, true },
        { "remove", MODPROBE_REMOVE, true },   { "softdep", MODPROBE_SOFTDEP, true },
        { "weakdep", MODPROBE_WEAKDEP, true },
};

/* The normal form as a string. 0, LINE_BAD or -ENOMEM. */
static int normalize(const char *name, Buffer *normal) {
        int r;

        buffer_clear(normal);
        r = alias_normalize(name, strlen(name), normal);
        buffer_append_byte(normal, '\0');
        if (buffer_error(normal) < 0)
                return -ENOMEM;
        return r == -EINVAL ? LINE_BAD : r;
}

static int add_rule(ModprobeConfig *config, ModprobeRule rule) {
        _cleanup_buffer_ Buffer name = {}, text = {};
        int r;

        r = normalize(rule.name, &name);
        if (r == 0 && rule.kind == MODPROBE_ALIAS)
                r = normalize(rule.text, &text);
        if (r != 0)
                return r;

        rule.name = name.data;
        if (rule.kind == MODPROBE_ALIAS)
                rule.text = text.data;
        return modprobe_config_add(config, rule);
}

static int parse_rule(ModprobeConfig *config, const Keyword *keyword, ModprobeRule rule,
                      char *rest) {
        rule.kind = keyword->kind;
        rule.name = config_next_word(&rest);
        if (keyword->has_text)
                rule.text = keyword->kind == MODPROBE_ALIAS ? config_next_word(&rest) : rest;
        if (!rule.name || (keyword->has_text && (!rule.text || rule.text[0] == '\0')))
                return LINE_BAD;

        return add_rule(config, rule);
}

static int parse_line(ModprobeConfig *config, ModprobeRule rule, char *line) {
        const char *word;
        int r = LINE_BAD;

        if (line[0] == '#')
                return 0;
        word = config_next_word(&line);
        if (!word)
                return 0;

        for (size_t i = 0; i < ELEMENTSOF(keywords); i++) {
                if (strcmp(word, keywords[i].word) == 0)
                        r = parse_rule(config, &keywords[i], rule, line);
        }
        if (r != LINE_BAD)
                return r;

        return problem_list_add(&config->problems,
                                &(Problem){ .kind = PROBLEM_MODPROBE_BAD_LINE,
                                            .path = modprobe_rule_path(config, &rule),
                                            .line = rule.line,
                                            .subject = word });
}

int modprobe_config_parse(ModprobeConfig *config, const char *path, const char *bytes,
                          size_t size) {
        ConfigLines lines = config_lines_of(bytes, size);
        const char *slash = strrchr(path, '/');
        ModprobeRule rule = { .file = (uint32_t) config->n_paths,
                              .is_early = strcmp(slash ? slash + 1 : path, SOFTDEP_FILE) < 0 };
        int r;

        r = modprobe_config_add_path(config, path);
        while (r >= 0 && (r = config_lines_next(&lines)) > 0) {
                rule.line = lines.line;
                r = parse_line(config, rule, lines.text.data);
        }

        config_lines_done(&lines);
        return r;
}
