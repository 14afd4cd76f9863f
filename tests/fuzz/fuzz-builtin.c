/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "builtin.h"

#define PIECE_SIZE 4096
#define FIELD_MAX 4096

typedef struct Parsing {
        Tree tree;
        Builtin builtin;
} Parsing;

static void parsing_init(Parsing *parsing, const char *bytes, size_t size) {
        *parsing = (Parsing){};
        fuzz_check(tree_init(&parsing->tree, "/lib/modules/1") == 0);
        fuzz_check(builtin_parse_names(&parsing->builtin, &parsing->tree, bytes, size) == 0);
        fuzz_check(builtin_parse_modinfo(&parsing->builtin, &parsing->tree, bytes, size) == 0);
        fuzz_check(parsing->builtin.has_names && parsing->builtin.has_modinfo);
}

static void parsing_done(Parsing *parsing) {
        builtin_done(&parsing->builtin);
        tree_done(&parsing->tree);
}

static bool is_name_of(const char *name, const char *line) {
        const char *slash = strrchr(line, '/');

        line = slash ? slash + 1 : line;
        for (; *line != '\0' && *line != '.'; line++, name++) {
                if (*name != (*line == '-' ? '_' : *line))
                        return false;
        }

        return *name == '\0';
}

/* Each line, read as kmod reads it, gives a name or a problem. */
static void check_names(const Parsing *parsing, const uint8_t *bytes, size_t size) {
        FILE *file = fmemopen((void *) bytes, size, "rb");
        const Builtin *builtin = &parsing->builtin;
        size_t n_names = 0, n_problems = 0;
        char line[PIECE_SIZE];

        fuzz_check(file);
        while (fgets(line, sizeof(line), file)) {
                if (strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") > 0) {
                        fuzz_check(n_names < builtin->n_names);
                        fuzz_check(is_name_of(
                                tree_string(&parsing->tree, builtin->names[n_names++]), line));
                } else {
                        const Problem *problem = &builtin->names_problems.items[n_problems++];

                        fuzz_check(n_problems <= builtin->names_problems.count);
                        fuzz_check(problem->kind == PROBLEM_BUILTIN_LINE);
                        fuzz_check(strcmp(problem->subject, line) == 0);
                }
        }

        fuzz_check(n_names == builtin->n_names);
        fuzz_check(n_problems == builtin->names_problems.count);
        (void) fclose(file);
}

/* Each alias stands in the file as one record, and they come in its order. */
static void check_aliases(const Parsing *parsing, const char *bytes, size_t size) {
        const Builtin *builtin = &parsing->builtin;
        const char *at = bytes, *end = bytes + size;

        for (size_t i = 0; i < builtin->n_aliases; i++) {
                const char *alias = tree_string(&parsing->tree, builtin->aliases[i].alias);
                const char *module = tree_string(&parsing->tree, builtin->aliases[i].module);
                _cleanup_buffer_ Buffer record = {};

                fuzz_check(alias[0] != '\0' && strlen(alias) <= FIELD_MAX);
                fuzz_check(!strchr(module, '.') && strlen(module) <= FIELD_MAX);

                buffer_append_format(&record, "%s.alias=%s", module, alias);
                buffer_append_byte(&record, '\0');
                fuzz_check(buffer_error(&record) == 0);
                at = memmem(at, (size_t) (end - at), record.data, record.size);
                fuzz_check(at);
                at += record.size;
        }
}

/* In a file of sound records no alias is missed, whatever the aliases are. */
static void check_all_are_found(const Parsing *parsing, const char *bytes, size_t size) {
        size_t n_aliases = 0;

        for (const char *record = bytes; record < bytes + size; record += strlen(record) + 1) {
                size_t record_size = strnlen(record, (size_t) (bytes + size - record));
                const char *dot = memchr(record, '.', record_size);
                const char *equals = memchr(record, '=', record_size);

                if (record + record_size == bytes + size || record_size >= FIELD_MAX)
                        return;
                if (!dot || dot == record || !equals || equals < dot)
                        return;
                n_aliases +=
                        equals - dot == 6 && memcmp(dot, ".alias", 6) == 0 && equals[1] != '\0';
        }

        fuzz_check(parsing->builtin.n_aliases == n_aliases);
}

static void check_problems(const Parsing *parsing, size_t size) {
        const ProblemList *problems = &parsing->builtin.modinfo_problems;

        fuzz_check(problems->count <= size / FIELD_MAX);
        for (size_t i = 0; i < problems->count; i++) {
                fuzz_check(problems->items[i].kind == PROBLEM_BUILTIN_FIELD);
                fuzz_check(strlen(problems->items[i].subject) == FIELD_MAX);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        const char *text = (const char *) bytes;
        _cleanup_(parsing_done) Parsing parsing;

        parsing_init(&parsing, text, size);
        check_names(&parsing, bytes, size);
        check_aliases(&parsing, text, size);
        check_all_are_found(&parsing, text, size);
        check_problems(&parsing, size);
        return 0;
}
