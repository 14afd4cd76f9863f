/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "builtin.h"

#include <errno.h>
#include <string.h>

#include "array.h"
#include "lines.h"
#include "module-name.h"

#define NAMES_PIECE_MAX 4095
#define FIELD_MAX 4096

void builtin_done(Builtin *builtin) {
        problem_list_done(&builtin->names_problems);
        problem_list_done(&builtin->modinfo_problems);
        free(builtin->names);
        free(builtin->aliases);
        *builtin = (Builtin){};
}

static bool is_letter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int add_problem(ProblemList *problems, ProblemKind kind, size_t number, const char *text,
                       size_t size) {
        _cleanup_free_ char *subject = strndup(text, size);

        if (!subject)
                return -ENOMEM;
        return problem_list_add(problems,
                                &(Problem){ .kind = kind, .number = number, .subject = subject });
}

/* The newline takes part in the name: a line without a dot gives a name that ends in one. */
static int add_name(Builtin *builtin, Tree *tree, Line line, Buffer *name) {
        int r;

        buffer_clear(name);
        r = module_name_from_path(line.text, line.size, name);
        if (r < 0)
                return r;
        if (ARRAY_RESERVE(builtin->names, builtin->names_capacity, builtin->n_names + 1) < 0)
                return -ENOMEM;
        r = string_table_intern(tree->strings, name->data, name->size,
                                &builtin->names[builtin->n_names]);
        if (r < 0)
                return r;

        builtin->n_names++;
        return 0;
}

int builtin_parse_names(Builtin *builtin, Tree *tree, const char *bytes, size_t size) {
        Lines lines = lines_of(bytes, size, NAMES_PIECE_MAX);
        _cleanup_buffer_ Buffer name = {};
        Line line;
        int r;

        builtin->has_names = true;
        while (lines_next(&lines, &line)) {
                if (line.size == 0 || !is_letter(line.text[0]))
                        r = add_problem(&builtin->names_problems, PROBLEM_BUILTIN_LINE, 0,
                                        line.text, line.size);
                else
                        r = add_name(builtin, tree, line, &name);
                if (r < 0)
                        return r;
        }

        return 0;
}

/* The records of modules.builtin.modinfo, "module.key=value" and a NUL, as they are being read. */
typedef struct Records {
        const char *next;
        const char *end;
        Builtin *builtin;
} Records;

typedef struct Field {
        const char *text;
        size_t size;
} Field;

enum {
        FIELD_COMPLETE = 1, /* up to the delimiter, which is passed */
        FIELD_CUT,          /* a NUL came first and is passed, or the file has ended */
        FIELD_TOO_LONG,     /* passed as far as it was read */
};

/* One of the above or -ENOMEM. */
static int read_field(Records *records, char delimiter, Field *ret_field) {
        Field field = { .text = records->next };
        int outcome = FIELD_CUT;

        while (records->next < records->end && outcome == FIELD_CUT) {
                char c = *records->next++;

                if (c == delimiter)
                        outcome = FIELD_COMPLETE;
                else if (c == '\0')
                        break;
                else if (++field.size > FIELD_MAX)
                        outcome = FIELD_TOO_LONG;
        }

        if (field.size >= FIELD_MAX) {
                int r = add_problem(&records->builtin->modinfo_problems, PROBLEM_BUILTIN_FIELD,
                                    records->builtin->n_aliases, field.text, FIELD_MAX);
                if (r < 0)
                        return r;
        }

        *ret_field = field;
        return outcome;
}

static void skip_record(Records *records) {
        while (records->next < records->end && *records->next++ != '\0')
                ;
}

static int add_alias(Builtin *builtin, Tree *tree, Field module, Field alias) {
        BuiltinAlias record;
        int r;

        r = string_table_intern(tree->strings, alias.text, alias.size, &record.alias);
        if (r < 0)
                return r;
        r = string_table_intern(tree->strings, module.text, module.size, &record.module);
        if (r < 0)
                return r;
        if (ARRAY_RESERVE(builtin->aliases, builtin->aliases_capacity, builtin->n_aliases + 1) < 0)
                return -ENOMEM;

        builtin->aliases[builtin->n_aliases++] = record;
        return 0;
}

int builtin_parse_modinfo(Builtin *builtin, Tree *tree, const char *bytes, size_t size) {
        Records records = { .next = bytes, .end = bytes + size, .builtin = builtin };
        Field module, key, value;
        int r;

        builtin->has_modinfo = true;
        while (records.next < records.end) {
                r = read_field(&records, '.', &module);
                if (r < 0)
                        return r;
                /* Without a name before the dot, the next name begins behind it. */
                if (r != FIELD_COMPLETE || module.size == 0)
                        continue;

                r = read_field(&records, '=', &key);
                if (r < 0)
                        return r;
                if (r == FIELD_TOO_LONG)
                        continue;
                /*
                 * A key that a NUL ended has taken the record's end with it: what is skipped here
                 * is then the next record. So does kmod.
                 */
                if (r == FIELD_CUT || key.size != 5 || memcmp(key.text, "alias", 5) != 0) {
                        skip_record(&records);
                        continue;
                }

                r = read_field(&records, '\0', &value);
                if (r < 0)
                        return r;
                if (r == FIELD_COMPLETE && value.size > 0) {
                        r = add_alias(builtin, tree, module, value);
                        if (r < 0)
                                return r;
                }
        }

        return 0;
}
