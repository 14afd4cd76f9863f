/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "buffer.h"
#include "depmod-config.h"
#include "rank.h"

#define VERSION "6.1.0-13-amd64"
#define PATH "/etc/depmod.d/fuzz.conf"

/* Of long lists only the beginning is looked at one by one. */
#define MOST 10

typedef struct Parsing {
        Config config;
        ProblemList problems;
} Parsing;

static void parsing_init(Parsing *parsing) {
        *parsing = (Parsing){};
        fuzz_check(config_init(&parsing->config) == 0);
}

static void parsing_done(Parsing *parsing) {
        config_done(&parsing->config);
        problem_list_done(&parsing->problems);
}

#define _cleanup_parsing_ _cleanup_(parsing_done)

static void parse(Parsing *parsing, const char *bytes, size_t size) {
        fuzz_check(config_parse(&parsing->config, PATH, bytes, size, VERSION, &parsing->problems) ==
                   0);
}

static uint32_t count_newlines(const char *bytes, size_t size) {
        uint32_t n = 0;

        for (size_t i = 0; i < size; i++)
                n += bytes[i] == '\n';
        return n;
}

static void check_word(const char *word) {
        fuzz_check(word[0] != '\0' && !strpbrk(word, " \t\n"));
}

static void check_config(const Config *config) {
        fuzz_check(config->n_searches > 0);
        for (size_t i = 0; i < config->n_searches; i++) {
                const ConfigSearch *search = &config->searches[i];

                fuzz_check((search->kind == CONFIG_SEARCH_DIRECTORY) == !!search->directory);
                if (search->directory)
                        check_word(search->directory);
        }
        for (size_t i = 0; i < config->n_overrides; i++) {
                check_word(config->overrides[i]);
                fuzz_check(strchr(config->overrides[i], '/'));
        }
        for (size_t i = 0; i < config->n_externals; i++)
                check_word(config->externals[i]);
        for (size_t i = 0; i < config->n_excludes; i++) {
                check_word(config->excludes[i]);
                fuzz_check(config_excludes(config, config->excludes[i]));
        }

        fuzz_check(config_excludes(config, "build") && config_excludes(config, "source"));
        fuzz_check(!config_excludes(config, "no such name"));
}

static void check_problems(const ProblemList *problems, uint32_t n_lines) {
        for (size_t i = 0; i < problems->count; i++) {
                const Problem *problem = &problems->items[i];

                fuzz_check(problem->kind == PROBLEM_CONFIG_BAD_LINE ||
                           problem->kind == PROBLEM_CONFIG_NO_MATCH ||
                           problem->kind == PROBLEM_CONFIG_UNIMPLEMENTED);
                fuzz_check(problem->line >= 1 && problem->line <= n_lines);
                fuzz_check(strcmp(problem->path, PATH) == 0 && problem->subject);
                fuzz_check(i == 0 || problem->line > problem[-1].line);
        }
}

static void check_same_strings(char *const *a, size_t n_a, char *const *b, size_t n_b) {
        fuzz_check(n_a == n_b);
        for (size_t i = 0; i < n_a; i++)
                fuzz_check(strcmp(a[i], b[i]) == 0);
}

static void check_same_configs(const Config *a, const Config *b) {
        fuzz_check(a->n_searches == b->n_searches);
        fuzz_check(a->searches_are_default == b->searches_are_default);
        for (size_t i = 0; i < a->n_searches; i++) {
                fuzz_check(a->searches[i].kind == b->searches[i].kind);
                fuzz_check(!a->searches[i].directory ||
                           strcmp(a->searches[i].directory, b->searches[i].directory) == 0);
        }
        check_same_strings(a->overrides, a->n_overrides, b->overrides, b->n_overrides);
        check_same_strings(a->externals, a->n_externals, b->externals, b->n_externals);
        check_same_strings(a->excludes, a->n_excludes, b->excludes, b->n_excludes);
}

/* The beginning up to a newline that no backslash hides; 0 if there is none. */
static size_t find_cut(const char *bytes, size_t size) {
        for (size_t i = size / 2 + 1; i < size; i++) {
                if (bytes[i] == '\n' && bytes[i - 1] != '\\')
                        return i + 1;
        }

        return 0;
}

/* Two files, one after the other, say what one file of both says. */
static void check_cut(const Parsing *whole, const char *bytes, size_t size) {
        size_t cut = find_cut(bytes, size), n_first;
        uint32_t n_lines = count_newlines(bytes, cut);
        _cleanup_parsing_ Parsing parts;

        parsing_init(&parts);
        parse(&parts, bytes, cut);
        n_first = parts.problems.count;
        parse(&parts, bytes + cut, size - cut);

        check_same_configs(&whole->config, &parts.config);
        fuzz_check(whole->problems.count == parts.problems.count);
        for (size_t i = 0; i < parts.problems.count; i++) {
                const Problem *a = &whole->problems.items[i], *b = &parts.problems.items[i];

                fuzz_check(a->kind == b->kind && strcmp(a->subject, b->subject) == 0);
                fuzz_check(a->line == b->line + (i < n_first ? 0 : n_lines));
        }
}

typedef struct Ranks {
        const Config *config;
        Rank items[3 * MOST];
        size_t count;
} Ranks;

/* The rank of a module of that path, its name being the last word up to the ending. */
static Rank add_rank(Ranks *ranks, const char *directory, const char *name) {
        _cleanup_buffer_ Buffer path = {};
        const char *file;

        buffer_append_format(&path, "%s%s.ko", directory, name);
        buffer_append_byte(&path, '\0');
        fuzz_check(buffer_error(&path) == 0);

        file = strrchr(path.data, '/');
        file = file ? file + 1 : path.data;
        ranks->items[ranks->count++] =
                config_rank(ranks->config, path.data, strlen(file) - strlen(".ko"));
        return ranks->items[ranks->count - 1];
}

static void check_overrides(Ranks *ranks) {
        const Config *config = ranks->config;

        for (size_t i = 0; i < config->n_overrides && i < MOST; i++) {
                Rank rank = add_rank(ranks, "", config->overrides[i]);
                int last = (int) i;

                if (config->overrides[i][0] == '/')
                        last = -1;
                for (size_t k = i + 1; k < config->n_overrides && last >= 0; k++) {
                        if (strcmp(config->overrides[k], config->overrides[i]) == 0)
                                last = (int) k;
                }
                fuzz_check(rank.override == last);
        }
}

/* Of two search entries the later has the lower number, and `external` stands for several. */
static void check_searches(Ranks *ranks) {
        const Config *config = ranks->config;
        int64_t number = 0;

        for (size_t i = config->n_searches; i > 0; i--) {
                const ConfigSearch *search = &config->searches[i - 1];

                if (ranks->count < 2 * MOST && search->directory && search->directory[0] != '/')
                        fuzz_check(add_rank(ranks, search->directory, "/m").search >= number);
                number += search->kind == CONFIG_SEARCH_EXTERNAL ? (int64_t) config->n_externals + 1
                                                                 : 1;
        }

        for (size_t i = 0; i < config->n_externals && ranks->count < 3 * MOST - 2; i++)
                (void) add_rank(ranks, config->externals[i], "/m");
        (void) add_rank(ranks, "", "m");
        (void) add_rank(ranks, "kernel/drivers/net/", "m");

        for (size_t i = 0; i < ranks->count; i++)
                fuzz_check(ranks->items[i].search >= -1 && ranks->items[i].search < number);
}

static void check_order(const Ranks *ranks) {
        for (size_t i = 0; i < ranks->count; i++) {
                for (size_t k = 0; k <= i; k++) {
                        Rank a = ranks->items[i], b = ranks->items[k];
                        int order = rank_compare(a, b), back = rank_compare(b, a);

                        fuzz_check((order > 0) == (back < 0) && (order < 0) == (back > 0));
                        fuzz_check((order == 0) ==
                                   (a.override == b.override && a.search == b.search));
                        fuzz_check(a.override == b.override ||
                                   (order > 0) == (a.override > b.override));
                }
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        const char *text = (const char *) bytes;
        _cleanup_parsing_ Parsing whole;
        Ranks ranks = { .config = &whole.config };

        parsing_init(&whole);
        parse(&whole, text, size);
        check_config(&whole.config);
        check_problems(&whole.problems, count_newlines(text, size) + 2);
        check_cut(&whole, text, size);

        check_overrides(&ranks);
        check_searches(&ranks);
        check_order(&ranks);
        return 0;
}
