/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "carried.h"
#include "verb.h"

#define ROWS_SHOWN 10

/* A list of the answer and how it is shown. */
typedef struct Part {
        const char *key;
        const char *title;
        const Column *columns;
} Part;

static void cell_known_crc(const Value *value, Buffer *text) {
        if (value->number != 0)
                cell_crc(value, text);
}

static const Column device_columns[] = { { "change", "CHANGE", COLUMN_STATE },
                                         { "device", "DEVICE" },
                                         { "old", "OLD" },
                                         { "new", "NEW" },
                                         {} };

static const Column carried_columns[] = { { "verdict", "VERDICT", COLUMN_STATE },
                                          { "module", "MODULE" },
                                          { "path", "PATH" },
                                          { "why", "WHY", COLUMN_WRAP },
                                          {} };

static const Column module_columns[] = { { "change", "CHANGE", COLUMN_STATE },
                                         { "module", "MODULE" },
                                         { "old", "OLD" },
                                         { "new", "NEW" },
                                         {} };

static const Column symbol_columns[] = { { "change", "CHANGE", COLUMN_STATE },
                                         { "symbol", "SYMBOL" },
                                         { "old", "OLD" },
                                         { "new", "NEW" },
                                         { "old_crc", "OLD CRC", COLUMN_RIGHT, cell_known_crc },
                                         { "new_crc", "NEW CRC", COLUMN_RIGHT, cell_known_crc },
                                         {} };

static const Column alias_columns[] = {
        { "change", "CHANGE", COLUMN_STATE }, { "alias", "ALIAS" }, { "module", "MODULE" }, {}
};

static const Part parts[] = {
        { "devices", "Devices of this machine", device_columns },
        { "carried", "Modules that do not come with the old kernel", carried_columns },
        { "modules", "Modules", module_columns },
        { "symbols", "Symbols", symbol_columns },
        { "aliases", "Aliases", alias_columns },
        {},
};

static int ask(Session *session, char *argv[], Value *ret_reply) {
        static const Shape module[] = { { "change" }, { "module" }, { "old" }, { "new" }, {} };
        static const Shape symbol[] = { { "change" },  { "symbol" },  { "old" }, { "new" },
                                        { "old_crc" }, { "new_crc" }, {} };
        static const Shape alias[] = { { "change" }, { "alias" }, { "module" }, {} };
        static const Shape device[] = { { "change" }, { "device" }, { "modalias" },
                                        { "old" },    { "new" },    {} };
        static const Shape reason[] = { { "severity" }, { "code" }, { "message" }, {} };
        static const Shape carried[] = {
                { "verdict" }, { "module" }, { "path" }, { "reasons", reason }, {}
        };
        static const Shape shape[] = { { "modules", module },  { "symbols", symbol },
                                       { "aliases", alias },   { "devices", device },
                                       { "carried", carried }, { "old_generation" },
                                       { "new_generation" },   {} };

        return session_ask_manager(
                session, "DiffKernels",
                (RemoteArgument[]){ { .type = 's', .text = argv[0] },
                                    { .type = 's', .text = argv[1] },
                                    { .type = 't', .number = session_flags(session, 0) },
                                    {} },
                shape, ret_reply);
}

/* Moves the first rows of a long list away from the others. */
static int take_first(Value *rows, Value *first) {
        for (size_t i = 0; i < rows->count && i < ROWS_SHOWN; i++) {
                if (value_add_value(first, NULL, &rows->items[i]) < 0)
                        return -ENOMEM;
        }

        return 0;
}

static int print_part(Session *session, const Part *part, Value *reply, bool is_first) {
        _cleanup_value_ Value rows = value_take(reply, part->key);
        _cleanup_value_ Value first = { .kind = VALUE_LIST };
        bool is_cut = rows.count > ROWS_SHOWN + 1 && !session->options->all;
        int r;

        printf("%s%s: %zu\n", is_first ? "" : "\n", part->title, rows.count);
        if (is_cut && take_first(&rows, &first) < 0)
                return -ENOMEM;
        r = session_print(session, &rows, is_cut ? &first : &rows, part->columns);
        if (is_cut)
                printf("and %zu more, see --all\n", rows.count - ROWS_SHOWN);
        return r;
}

/* The new kernel will not do, as far as can be told. */
static bool has_loss(const Value *reply) {
        const Value *devices = value_list(reply, "devices"),
                    *carried = value_list(reply, "carried");

        for (size_t i = 0; i < devices->count; i++) {
                if (strcmp(value_text(&devices->items[i], "change"), "lost") == 0)
                        return true;
        }
        for (size_t i = 0; i < carried->count; i++) {
                if (strcmp(value_text(&carried->items[i], "verdict"), "fails") == 0)
                        return true;
        }

        return false;
}

static int print(Session *session, Value *reply) {
        int r = 0;

        if (!session_begin_text(session))
                return session_print_json(session, reply);

        for (const Part *part = parts; r >= 0 && part->key; part++) {
                if (value_list(reply, part->key)->count > 0 || part == parts)
                        r = print_part(session, part, reply, part == parts);
        }
        return r;
}

static int run(Session *session, __attribute__((unused)) int argc, char *argv[]) {
        _cleanup_value_ Value reply = {};
        bool is_lost;
        int r;

        r = ask(session, argv, &reply);
        if (r < 0)
                return r;

        is_lost = has_loss(&reply);
        r = session->options->json_mode != JSON_OFF ? carried_add_links(&reply)
                                                    : carried_add_reasons(&reply);
        if (r >= 0)
                r = print(session, &reply);
        return r < 0 ? r : is_lost ? EXIT_NO : EXIT_SUCCESS;
}

static const Option options[] = {
        { "all", 'a', NULL, "Show long lists as a whole", offsetof(Options, all) },
        { "sysfs", 0, "DIR", "The devices below DIR, through a private instance",
          offsetof(Options, sysfs) },
        {},
};

const Verb verb_diff_kernels = {
        .name = "diff-kernels",
        .arguments = "[OPTIONS] OLD NEW",
        .help = "Show what another kernel lacks or brings",
        .options = options,
        .n_arguments_min = 2,
        .n_arguments_max = 2,
        .run = run,
};
