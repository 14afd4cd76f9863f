/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verb.h"

/* Rows of "key" and "value", of which the latter keeps its type. */
static int make_rows(Value *statistics, Value *rows) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < statistics->count; i++) {
                Value *row = value_add(rows, NULL);

                r = row ? value_add_text(row, "key", statistics->items[i].key) : -1;
                if (r >= 0)
                        r = value_add_value(row, "value", &statistics->items[i]);
        }

        return r;
}

static int run(Session *session, __attribute__((unused)) int argc,
               __attribute__((unused)) char *argv[]) {
        static const Column columns[] = { { "key", "STATISTIC" },
                                          { "value", "VALUE", COLUMN_RIGHT },
                                          {} };
        static const Shape shape[] = { { "statistics" }, {} };
        _cleanup_value_ Value reply = {}, statistics = {}, rows = { .kind = VALUE_LIST };
        int r;

        r = session_ask_manager(session, "GetStatistics", NULL, shape, &reply);
        if (r < 0)
                return r;
        if (session->options->json_mode != JSON_OFF)
                return session_print_json(session, &reply);

        statistics = value_take(&reply, "statistics");
        r = make_rows(&statistics, &rows);
        return r < 0 ? r : session_print(session, &reply, &rows, columns);
}

const Verb verb_statistics = {
        .name = "statistics",
        .arguments = "",
        .help = "Show what the daemon has done and costs",
        .run = run,
};
