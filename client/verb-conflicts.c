/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "verb.h"

/* Shows a list that should be empty. */
static int show(Session *session, const char *method, const Shape *shape, const Column *columns) {
        _cleanup_value_ Value reply = {};
        const Value *rows;
        int r;

        r = session_ask_kernel(
                session, method,
                (RemoteArgument[]){ { .type = 't', .number = session_flags(session, 0) }, {} },
                shape, &reply);
        if (r < 0)
                return r;

        rows = value_list(&reply, shape->name);
        r = session_print(session, &reply, rows, columns);
        if (r < 0)
                return r;
        return rows->count > 0 ? EXIT_NO : EXIT_SUCCESS;
}

static int run_shadowed(Session *session, __attribute__((unused)) int argc,
                        __attribute__((unused)) char *argv[]) {
        static const Column columns[] = {
                { "name", "MODULE" },
                { "path", "SHADOWED" },
                { "winner", "WINS" },
                { "rule", "BY" },
                {},
        };
        static const Shape shadowed[] = { { "name" }, { "path" }, { "winner" }, { "rule" }, {} };
        static const Shape shape[] = { { "shadowed", shadowed }, { "generation" }, {} };

        return show(session, "ListShadowed", shape, columns);
}

static int run_conflicts(Session *session, __attribute__((unused)) int argc,
                         __attribute__((unused)) char *argv[]) {
        static const Column columns[] = {
                { "kind", "CONFLICT" },
                { "name", "NAME" },
                { "path", "LOSES" },
                { "winner", "WINS" },
                {},
        };
        static const Shape conflict[] = { { "kind" }, { "name" }, { "path" }, { "winner" }, {} };
        static const Shape shape[] = { { "conflicts", conflict }, { "generation" }, {} };

        return show(session, "ListConflicts", shape, columns);
}

const Verb verb_shadowed = {
        .name = "shadowed",
        .arguments = "",
        .help = "List files that another of their name hides",
        .run = run_shadowed,
};

const Verb verb_conflicts = {
        .name = "conflicts",
        .arguments = "",
        .help = "List symbols and modules that exist twice",
        .run = run_conflicts,
};
