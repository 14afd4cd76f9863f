/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "kernel-symbols.h"

#define PATH "/boot/input"
#define LINE_SIZE 10240

typedef int (*Parse)(SymbolTable *table, Tree *tree, const char *path, const char *bytes,
                     size_t size, ProblemList *problems);

typedef struct Parsing {
        Tree tree;
        SymbolTable symbols;
        ProblemList problems;
} Parsing;

static void parsing_init(Parsing *parsing, char prefix) {
        *parsing = (Parsing){ .symbols = { .prefix = prefix } };
        fuzz_check(tree_init(&parsing->tree, "/lib/modules/1") == 0);
}

static void parsing_done(Parsing *parsing) {
        symbol_table_done(&parsing->symbols);
        problem_list_done(&parsing->problems);
        tree_done(&parsing->tree);
}

#define _cleanup_parsing_ _cleanup_(parsing_done)

static void parse(Parsing *parsing, Parse parse_file, const char *bytes, size_t size) {
        fuzz_check(parse_file(&parsing->symbols, &parsing->tree, PATH, bytes, size,
                              &parsing->problems) == 0);
}

static size_t count_newlines(const char *bytes, size_t size) {
        size_t n = 0;

        for (size_t i = 0; i < size; i++)
                n += bytes[i] == '\n';
        return n;
}

/* Is there such a symbol of vmlinux anywhere? */
static bool stands_in_symvers(const char *name, const char *bytes, size_t size) {
        const char *end = bytes + size, *at = bytes;
        size_t name_size = strlen(name);

        while ((at = memmem(at, (size_t) (end - at), name, name_size))) {
                const char *where = at + name_size;

                while (where < end && (*where == ' ' || *where == '\t'))
                        where++;
                if (where > at + name_size && (size_t) (end - where) >= strlen("vmlinux") &&
                    memcmp(where, "vmlinux", strlen("vmlinux")) == 0)
                        return true;
                if (at++ == end)
                        return false;
        }

        return false;
}

static bool stands_in_system_map(const char *name, const char *bytes, size_t size) {
        _cleanup_buffer_ Buffer symbol = {};

        buffer_append_string(&symbol, "__ksymtab_");
        buffer_append_string(&symbol, name);
        fuzz_check(buffer_error(&symbol) == 0);
        return memmem(bytes, size, symbol.data, symbol.size);
}

static void check_symbols(const Parsing *parsing, Parse parse_file, const char *bytes,
                          size_t size) {
        for (StringId id = 0; id < parsing->symbols.count; id++) {
                Symbol symbol = symbol_table_get(&parsing->symbols, id);
                const char *name = tree_string(&parsing->tree, id);

                fuzz_check(symbol.provider == SYMBOL_KERNEL);
                fuzz_check(!strchr(name, '\n'));
                if (parse_file == kernel_symbols_parse_symvers) {
                        fuzz_check(!strpbrk(name, " \t"));
                        fuzz_check(stands_in_symvers(name, bytes, size));
                } else {
                        fuzz_check(symbol.crc == 0);
                        /* The prefix that may stand before __ksymtab_ may stand behind it too. */
                        fuzz_check(stands_in_system_map(name, bytes, size) ||
                                   parsing->symbols.prefix != '\0');
                }
        }
}

static bool has_symbol(const Parsing *parsing, const char *name) {
        char prefix = parsing->symbols.prefix;
        StringId id;

        if (prefix != '\0' && name[0] == prefix)
                name++;
        id = string_table_find(parsing->tree.strings, name, strlen(name));
        return symbol_table_get(&parsing->symbols, id).provider == SYMBOL_KERNEL;
}

/* No symbol is missed that stands in a line as the kernel's build writes it. */
static void check_symvers_line(const Parsing *parsing, const char *line) {
        char name[64], tab[2];

        if (sscanf(line, "0x%*8[0-9a-f]%*1[\t]%63[^ \t\n]%*1[\t]vmlinux%1[\t]", name, tab) == 2)
                fuzz_check(has_symbol(parsing, name));
}

static char *find_second_space(char *line) {
        char *space = strchr(line, ' ');

        return space ? strchr(space + 1, ' ') : NULL;
}

static void check_system_map_line(const Parsing *parsing, char *line) {
        char *name = find_second_space(line);

        if (!name || parsing->symbols.prefix != '\0' ||
            strncmp(name, " __ksymtab_", strlen(" __ksymtab_")) != 0)
                return;

        name += strlen(" __ksymtab_");
        name[strcspn(name, "\n")] = '\0';
        fuzz_check(has_symbol(parsing, name));
}

/* Each line, read as kmod reads it. */
static void check_lines(const Parsing *parsing, Parse parse_file, const char *bytes, size_t size) {
        FILE *file = fmemopen((void *) bytes, size, "rb");
        size_t n_short = 0;
        char line[LINE_SIZE];

        fuzz_check(file);
        while (fgets(line, sizeof(line), file)) {
                n_short += !find_second_space(line);
                if (parse_file == kernel_symbols_parse_symvers)
                        check_symvers_line(parsing, line);
                else
                        check_system_map_line(parsing, line);
        }

        fuzz_check(parse_file == kernel_symbols_parse_symvers ||
                   parsing->problems.count == n_short);
        (void) fclose(file);
}

static void check_problems(const Parsing *parsing, Parse parse_file, size_t n_lines) {
        ProblemKind kind = parse_file == kernel_symbols_parse_symvers ? PROBLEM_SYMVERS_VERSION
                                                                      : PROBLEM_SYSTEM_MAP_LINE;

        for (size_t i = 0; i < parsing->problems.count; i++) {
                const Problem *problem = &parsing->problems.items[i];

                fuzz_check(problem->kind == kind && strcmp(problem->path, PATH) == 0);
                fuzz_check(problem->line >= 1 && problem->line <= n_lines);
                fuzz_check(i == 0 || problem->line > problem[-1].line);
        }
}

/* Two files, one after the other, say what one file of both says. */
static void check_cut(const Parsing *whole, Parse parse_file, const char *bytes, size_t size) {
        const char *newline = memchr(bytes + size / 2, '\n', size - size / 2);
        size_t cut = newline ? (size_t) (newline - bytes) + 1 : 0;
        _cleanup_parsing_ Parsing parts;

        parsing_init(&parts, whole->symbols.prefix);
        parse(&parts, parse_file, bytes, cut);
        parse(&parts, parse_file, bytes + cut, size - cut);

        fuzz_check(whole->symbols.count == parts.symbols.count);
        for (StringId id = 0; id < whole->symbols.count; id++) {
                Symbol a = symbol_table_get(&whole->symbols, id);
                Symbol b = symbol_table_get(&parts.symbols, id);

                fuzz_check(a.provider == b.provider && a.crc == b.crc);
                fuzz_check(strcmp(tree_string(&whole->tree, id), tree_string(&parts.tree, id)) ==
                           0);
        }

        fuzz_check(whole->problems.count == parts.problems.count);
        for (size_t i = 0; i < parts.problems.count; i++)
                fuzz_check(strcmp(whole->problems.items[i].subject,
                                  parts.problems.items[i].subject) == 0);
}

static void check_file(Parse parse_file, char prefix, const char *bytes, size_t size) {
        _cleanup_parsing_ Parsing parsing;

        parsing_init(&parsing, prefix);
        parse(&parsing, parse_file, bytes, size);
        check_symbols(&parsing, parse_file, bytes, size);
        /* A line that is too long for kmod's buffer counts as several. */
        check_problems(&parsing, parse_file, count_newlines(bytes, size) + 1 + size / LINE_SIZE);
        check_lines(&parsing, parse_file, bytes, size);
        check_cut(&parsing, parse_file, bytes, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        const char *text = (const char *) bytes;

        check_file(kernel_symbols_parse_symvers, '\0', text, size);
        check_file(kernel_symbols_parse_symvers, '_', text, size);
        check_file(kernel_symbols_parse_system_map, '\0', text, size);
        check_file(kernel_symbols_parse_system_map, '_', text, size);
        return 0;
}
