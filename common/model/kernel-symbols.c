/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-symbols.h"

#include <errno.h>
#include <string.h>

#include "lines.h"

#define LINE_PIECE_MAX 10239
#define KSYMTAB_PREFIX "__ksymtab_"

/* A copy of a line that strtok_r() and strtoull() may work on. */
typedef struct LineCopy {
        char text[LINE_PIECE_MAX + 1];
} LineCopy;

static char *copy_line(LineCopy *copy, Line line) {
        memcpy(copy->text, line.text, line.size);
        copy->text[line.size] = '\0';
        return copy->text;
}

int kernel_symbols_parse_symvers(SymbolTable *table, Tree *tree, const char *path,
                                 const char *bytes, size_t size, ProblemList *problems) {
        Lines lines = lines_of(bytes, size, LINE_PIECE_MAX);
        LineCopy copy;
        Line line;
        int r;

        while (lines_next(&lines, &line)) {
                char *rest, *end;
                /* The newline stays at the last token: a line of three fields is thus no vmlinux
                 * line. */
                const char *version = strtok_r(copy_line(&copy, line), " \t", &rest);
                const char *name = version ? strtok_r(NULL, " \t", &rest) : NULL;
                const char *where = name ? strtok_r(NULL, " \t", &rest) : NULL;
                uint64_t crc;

                if (!where || strcmp(where, "vmlinux") != 0)
                        continue;

                errno = 0;
                crc = strtoull(version, &end, 16);
                if (end == version || *end != '\0' || errno != 0) {
                        r = problem_list_add(problems, &(Problem){ .kind = PROBLEM_SYMVERS_VERSION,
                                                                   .path = path,
                                                                   .line = lines.number,
                                                                   .subject = version,
                                                                   .error = errno });
                        if (r < 0)
                                return r;
                        continue;
                }

                name += symbol_table_prefix_size(table, name);
                r = symbol_table_put(table, tree, name, strlen(name), SYMBOL_KERNEL, crc);
                if (r < 0)
                        return r;
        }

        return 0;
}

int kernel_symbols_parse_system_map(SymbolTable *table, Tree *tree, const char *path,
                                    const char *bytes, size_t size, ProblemList *problems) {
        Lines lines = lines_of(bytes, size, LINE_PIECE_MAX);
        LineCopy copy;
        Line line;
        int r;

        while (lines_next(&lines, &line)) {
                char *text = copy_line(&copy, line), *name = strchr(text, ' ');

                name = name ? strchr(name + 1, ' ') : NULL;
                if (!name) {
                        r = problem_list_add(problems, &(Problem){ .kind = PROBLEM_SYSTEM_MAP_LINE,
                                                                   .path = path,
                                                                   .line = lines.number,
                                                                   .subject = text });
                        if (r < 0)
                                return r;
                        continue;
                }

                name++;
                name[strcspn(name, "\n")] = '\0';
                name += symbol_table_prefix_size(table, name);
                if (strncmp(name, KSYMTAB_PREFIX, strlen(KSYMTAB_PREFIX)) != 0)
                        continue;
                name += strlen(KSYMTAB_PREFIX);

                r = symbol_table_put(table, tree, name, strlen(name), SYMBOL_KERNEL, 0);
                if (r < 0)
                        return r;
        }

        return 0;
}
