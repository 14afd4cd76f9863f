/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "config-lines.h"
#include "depmod-config.h"
#include "version-pattern.h"

enum {
        LINE_BAD = 1, /* unknown keyword or too few words */
};

typedef struct Parser {
        Config *config;
        const char *path;
        const char *version;
        ProblemList *problems;
        ConfigLines lines;
} Parser;

/* Takes over the string in any case. */
static int add_string(char ***strings, size_t *n, size_t *capacity, char *string) {
        _cleanup_free_ char *owned = string;

        if (!owned || ARRAY_RESERVE(*strings, *capacity, *n + 1) < 0)
                return -ENOMEM;

        (*strings)[(*n)++] = TAKE_PTR(owned);
        return 0;
}

static void drop_default_searches(Config *config) {
        if (!config->searches_are_default)
                return;

        for (size_t i = 0; i < config->n_searches; i++)
                free(config->searches[i].directory);
        config->n_searches = 0;
        config->searches_are_default = false;
}

static int add_search(Config *config, const char *word) {
        ConfigSearch search = { .kind = CONFIG_SEARCH_DIRECTORY };

        if (strcmp(word, "built-in") == 0)
                search.kind = CONFIG_SEARCH_BUILTIN;
        else if (strcmp(word, "external") == 0)
                search.kind = CONFIG_SEARCH_EXTERNAL;

        if (ARRAY_RESERVE(config->searches, config->searches_capacity, config->n_searches + 1) < 0)
                return -ENOMEM;

        if (search.kind == CONFIG_SEARCH_DIRECTORY) {
                search.directory = strdup(word);
                if (!search.directory)
                        return -ENOMEM;
        }

        drop_default_searches(config);
        config->searches[config->n_searches++] = search;
        return 0;
}

static int add_no_match(const Parser *parser, const char *subject, const char *pattern) {
        return problem_list_add(parser->problems, &(Problem){ .kind = PROBLEM_CONFIG_NO_MATCH,
                                                              .path = parser->path,
                                                              .line = parser->lines.line,
                                                              .subject = subject,
                                                              .detail = pattern });
}

static int parse_search(Parser *parser, char *rest) {
        const char *word;
        int r;

        while ((word = config_next_word(&rest))) {
                r = add_search(parser->config, word);
                if (r < 0)
                        return r;
        }

        return 0;
}

static int parse_override(Parser *parser, char *rest) {
        const char *module_name = config_next_word(&rest);
        const char *pattern = config_next_word(&rest);
        const char *directory = config_next_word(&rest);
        Config *config = parser->config;
        char *override;
        int r;

        if (!directory)
                return LINE_BAD;

        r = version_pattern_matches(pattern, parser->version);
        if (r < 0)
                return r;
        if (r == 0)
                return add_no_match(parser, "override kernel", pattern);

        if (asprintf(&override, "%s/%s", directory, module_name) < 0)
                return -ENOMEM;

        return add_string(&config->overrides, &config->n_overrides, &config->overrides_capacity,
                          override);
}

static int parse_external(Parser *parser, char *rest) {
        const char *pattern = config_next_word(&rest);
        const char *directory = config_next_word(&rest);
        Config *config = parser->config;
        int r;

        if (!directory)
                return LINE_BAD;

        r = version_pattern_matches(pattern, parser->version);
        if (r < 0)
                return r;
        if (r == 0)
                return add_no_match(parser, "external directory", pattern);

        return add_string(&config->externals, &config->n_externals, &config->externals_capacity,
                          strdup(directory));
}

static int parse_exclude(Parser *parser, char *rest) {
        Config *config = parser->config;
        const char *word;
        int r;

        while ((word = config_next_word(&rest))) {
                r = add_string(&config->excludes, &config->n_excludes, &config->excludes_capacity,
                               strdup(word));
                if (r < 0)
                        return r;
        }

        return 0;
}

/* Without a parser: words that kmod knows, and does not implement either. */
static const struct {
        const char *name;
        int (*parse)(Parser *parser, char *rest);
} keywords[] = {
        { "search", parse_search },
        { "override", parse_override },
        { "external", parse_external },
        { "exclude", parse_exclude },
        { "include", NULL },
        { "make_map_files", NULL },
};

static int parse_keyword(Parser *parser, const char *word, char *rest) {
        for (size_t i = 0; i < ELEMENTSOF(keywords); i++) {
                if (strcmp(word, keywords[i].name) != 0)
                        continue;
                if (keywords[i].parse)
                        return keywords[i].parse(parser, rest);

                return problem_list_add(parser->problems,
                                        &(Problem){ .kind = PROBLEM_CONFIG_UNIMPLEMENTED,
                                                    .path = parser->path,
                                                    .line = parser->lines.line,
                                                    .subject = word });
        }

        return LINE_BAD;
}

static int parse_line(Parser *parser, char *line) {
        const char *word;
        int r;

        if (line[0] == '#')
                return 0;

        word = config_next_word(&line);
        if (!word)
                return 0;

        r = parse_keyword(parser, word, line);
        if (r == LINE_BAD)
                r = problem_list_add(parser->problems, &(Problem){ .kind = PROBLEM_CONFIG_BAD_LINE,
                                                                   .path = parser->path,
                                                                   .line = parser->lines.line,
                                                                   .subject = word });
        return r;
}

int config_parse(Config *config, const char *path, const char *bytes, size_t size,
                 const char *version, ProblemList *problems) {
        Parser parser = {
                .config = config,
                .path = path,
                .version = version,
                .problems = problems,
                .lines = config_lines_of(bytes, size),
        };
        int r;

        while ((r = config_lines_next(&parser.lines)) > 0) {
                r = parse_line(&parser, parser.lines.text.data);
                if (r < 0)
                        break;
        }

        config_lines_done(&parser.lines);
        return r;
}
