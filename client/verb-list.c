/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "verb.h"

static const Column columns[] = {
        { "name", "MODULE" },
        { "kind", "KIND", COLUMN_STATE },
        { "path", "PATH", COLUMN_SHORTEN },
        {},
};

static int run(Session *session, int argc, char *argv[]) {
        static const Shape module[] = { { "name" }, { "path" }, { "kind" }, { "problems" }, {} };
        static const Shape shape[] = { { "modules", module }, { "generation" }, {} };
        _cleanup_value_ Value reply = {};
        int r;

        r = session_ask_kernel(
                session, "ListModules",
                (RemoteArgument[]){ { .type = 's', .text = argc > 0 ? argv[0] : "*" },
                                    { .type = 't', .number = session_flags(session, 0) },
                                    {} },
                shape, &reply);
        if (r < 0)
                return r;

        return session_print(session, &reply, value_list(&reply, "modules"), columns);
}

const Verb verb_list = {
        .name = "list",
        .arguments = "[GLOB]",
        .help = "List the modules of a kernel",
        .n_arguments_max = 1,
        .run = run,
};
