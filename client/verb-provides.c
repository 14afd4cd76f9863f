/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "found.h"
#include "verb.h"

static int run_provides(Session *session, int argc, char *argv[]) {
        static const Column columns[] = {
                { "symbol", "SYMBOL" },
                { "provider", "PROVIDER" },
                { "export", "EXPORT" },
                { "namespace", "NAMESPACE" },
                { "crc", "CRC", COLUMN_RIGHT, cell_crc },
                { "path", "PATH", COLUMN_SHORTEN },
                {},
        };
        static const Shape provider[] = {
                { "provider" }, { "path" },      { "crc" }, { "namespace" },
                { "export" },   { "crc_known" }, {}
        };
        static const Shape result[] = { { "symbol" }, { "providers", provider }, {} };
        static const Shape shape[] = { { "results", result }, { "generation" }, {} };
        _cleanup_value_ Value reply = {}, rows = { .kind = VALUE_LIST };
        const Value *results;
        int r;

        r = session_ask_kernel(
                session, "FindSymbols",
                (RemoteArgument[]){ { .type = 'a', .texts = argv, .n_texts = (size_t) argc },
                                    { .type = 't', .number = session_flags(session, 0) },
                                    {} },
                shape, &reply);
        if (r < 0)
                return r;

        results = value_list(&reply, "results");
        r = found_flatten(results, "symbol", "providers", &rows);
        if (r >= 0)
                r = session_print(session, &reply, &rows, columns);
        if (r < 0)
                return r;

        return found_explain(results, "symbol", "providers", "Nobody exports") ? EXIT_NO
                                                                               : EXIT_SUCCESS;
}

/* Appends {symbol, modules} to the answers. */
static int ask_users(Session *session, const char *symbol, Value *answers) {
        static const Shape shape[] = { { "modules" }, { "generation" }, {} };
        _cleanup_value_ Value reply = {};
        Value *answer;
        int r;

        r = session_ask_kernel(
                session, "GetUsersOfSymbol",
                (RemoteArgument[]){ { .type = 's', .text = symbol },
                                    { .type = 't', .number = session_flags(session, 0) },
                                    {} },
                shape, &reply);
        if (r < 0)
                return r;

        answer = value_add(answers, NULL);
        if (!answer)
                return -ENOMEM;
        r = value_add_text(answer, "symbol", symbol);
        return r < 0 ? r : value_add_value(answer, "modules", &reply.items[0]);
}

static int add_rows(const Value *answer, Value *rows) {
        const Value *modules = value_list(answer, "modules");

        for (size_t i = 0; i < modules->count; i++) {
                Value *row = value_add(rows, NULL);

                if (!row || value_add_text(row, "symbol", value_text(answer, "symbol")) < 0 ||
                    value_add_text(row, "module", modules->items[i].text) < 0)
                        return -ENOMEM;
        }

        return 0;
}

static int run_users(Session *session, int argc, char *argv[]) {
        static const Column columns[] = { { "symbol", "SYMBOL" }, { "module", "MODULE" }, {} };
        _cleanup_value_ Value answers = { .kind = VALUE_LIST }, rows = { .kind = VALUE_LIST };
        int r;

        for (int i = 0; i < argc; i++) {
                r = ask_users(session, argv[i], &answers);
                if (r >= 0)
                        r = add_rows(&answers.items[i], &rows);
                if (r < 0)
                        return r;
        }

        r = session_print(session, &answers, &rows, columns);
        if (r < 0)
                return r;
        return found_explain(&answers, "symbol", "modules", "No module uses") ? EXIT_NO
                                                                              : EXIT_SUCCESS;
}

const Verb verb_provides = {
        .name = "provides",
        .arguments = "SYMBOL...",
        .help = "Show who exports a symbol",
        .n_arguments_min = 1,
        .n_arguments_max = -1,
        .run = run_provides,
};

const Verb verb_users = {
        .name = "users",
        .arguments = "SYMBOL...",
        .help = "Show which modules use a symbol",
        .n_arguments_min = 1,
        .n_arguments_max = -1,
        .run = run_users,
};
