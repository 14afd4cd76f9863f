/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "verb.h"

#define NAMES_SHOWN 6

/* "+tg3 -ahci and 3 more" */
static void append_changes(const Value *entry, bool is_full, Buffer *text) {
        static const struct {
                const char *key;
                char sign;
        } kinds[] = { { "added", '+' }, { "removed", '-' }, { "changed", '*' } };
        size_t n_shown = 0, n_left = 0;

        for (size_t k = 0; k < ELEMENTSOF(kinds); k++) {
                const Value *names = value_list(entry, kinds[k].key);

                for (size_t i = 0; i < names->count; i++) {
                        if (n_shown >= NAMES_SHOWN && !is_full) {
                                n_left++;
                                continue;
                        }
                        buffer_append_format(text, "%s%c%s", n_shown > 0 ? " " : "", kinds[k].sign,
                                             names->items[i].text);
                        n_shown++;
                }
        }
        if (n_left > 0 || value_boolean(entry, "truncated"))
                buffer_append_format(text, " and %zu%s more", n_left,
                                     value_boolean(entry, "truncated") ? " or" : "");
}

static int add_row(const Value *entry, bool is_full, Value *rows) {
        _cleanup_buffer_ Buffer text = {};
        Value *row = value_add(rows, NULL);
        int r;

        append_changes(entry, is_full, &text);
        buffer_append_byte(&text, '\0');
        if (!row || buffer_error(&text) < 0)
                return -ENOMEM;

        r = value_add_number(row, "time_usec", value_number(entry, "time_usec"));
        if (r >= 0)
                r = value_add_number(row, "generation", value_number(entry, "generation"));
        if (r >= 0)
                r = value_add_number(row, "files", value_list(entry, "files")->count);
        return r < 0 ? r : value_add_text(row, "modules", text.data);
}

static int run(Session *session, __attribute__((unused)) int argc,
               __attribute__((unused)) char *argv[]) {
        static const Column columns[] = {
                { "time_usec", "PUBLISHED", 0, cell_time },
                { "generation", "GENERATION", COLUMN_RIGHT, cell_generation },
                { "files", "FILES", COLUMN_RIGHT },
                { "modules", "MODULES", COLUMN_WRAP },
                {},
        };
        static const Shape entry[] = { { "generation" }, { "time_usec" },
                                       { "added" },      { "removed" },
                                       { "changed" },    { "files" },
                                       { "truncated" },  {} };
        static const Shape shape[] = { { "history", entry }, { "generation" }, {} };
        _cleanup_value_ Value reply = {}, rows = { .kind = VALUE_LIST };
        const Value *entries;
        int r;

        r = session_ask_kernel(
                session, "GetHistory",
                (RemoteArgument[]){ { .type = 't', .number = session_flags(session, 0) }, {} },
                shape, &reply);
        if (r < 0)
                return r;

        entries = value_list(&reply, "history");
        for (size_t i = 0; r >= 0 && i < entries->count; i++)
                r = add_row(&entries->items[i], session->options->full, &rows);
        return r < 0 ? r : session_print(session, &reply, &rows, columns);
}

const Verb verb_log = {
        .name = "log",
        .arguments = "",
        .help = "Show the last publications",
        .run = run,
};
