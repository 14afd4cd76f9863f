/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "found.h"
#include "verb.h"

static const Column columns[] = {
        { "alias", "ALIAS", COLUMN_SHORTEN },
        { "module", "MODULE" },
        { "path", "PATH", COLUMN_SHORTEN },
        { "pattern", "PATTERN", COLUMN_SHORTEN },
        {},
};

static int run(Session *session, int argc, char *argv[]) {
        static const Shape module[] = { { "module" }, { "path" }, { "pattern" }, {} };
        static const Shape result[] = { { "alias" }, { "modules", module }, {} };
        static const Shape shape[] = { { "results", result }, { "generation" }, {} };
        _cleanup_value_ Value reply = {}, rows = { .kind = VALUE_LIST };
        const Value *results;
        int r;

        r = session_ask_kernel(
                session, "ResolveAliases",
                (RemoteArgument[]){ { .type = 'a', .texts = argv, .n_texts = (size_t) argc },
                                    { .type = 't', .number = session_flags(session, 0) },
                                    {} },
                shape, &reply);
        if (r < 0)
                return r;

        results = value_list(&reply, "results");
        r = found_flatten(results, "alias", "modules", &rows);
        if (r >= 0)
                r = session_print(session, &reply, &rows, columns);
        if (r < 0)
                return r;

        return found_explain(results, "alias", "modules", "No module answers to") ? EXIT_NO
                                                                                  : EXIT_SUCCESS;
}

const Verb verb_alias = {
        .name = "alias",
        .arguments = "MODALIAS...",
        .help = "Show which modules answer to an alias",
        .n_arguments_min = 1,
        .n_arguments_max = -1,
        .run = run,
};
