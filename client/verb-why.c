/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "message.h"
#include "verb.h"
#include "wire.h"

static const Column puller_columns[] = {
        { "name", "MODULE" },
        { "edges", "BY", 0, cell_edges },
        { "pulls", "PULLS IN" },
        { "distance", "STEPS", COLUMN_RIGHT },
        { "n_aliases", "ALIASES", COLUMN_RIGHT },
        {},
};

static const Column chain_columns[] = {
        { "name", "MODULE" },
        { "needs", "PULLS IN" },
        { "edges", "BY", 0, cell_edges },
        { "symbols", "SYMBOLS", COLUMN_WRAP },
        {},
};

static uint64_t flags_of(const Session *session) {
        const Options *options = session->options;

        return session_flags(session, (options->no_soft ? 0 : DEPMOD1_DEPENDENCIES_SOFT) |
                                              (options->no_weak ? 0 : DEPMOD1_DEPENDENCIES_WEAK));
}

/* The aliases above the table: they pull in the module itself. */
static void print_aliases(Session *session, const Value *aliases) {
        if (aliases->count == 0 || session->options->json_mode != JSON_OFF ||
            !session_begin_text(session))
                return;

        for (size_t i = 0; i < aliases->count; i++)
                printf("alias %s\n", aliases->items[i].text);
        printf("\n");
}

static int run_pullers(Session *session, const char *name) {
        static const Shape puller[] = { { "name" },     { "path" },      { "pulls" }, { "edges" },
                                        { "distance" }, { "n_aliases" }, {} };
        static const Shape shape[] = { { "aliases" }, { "pullers", puller }, { "generation" }, {} };
        _cleanup_value_ Value reply = {};
        const Value *aliases, *pullers;
        int r;

        r = session_ask_kernel(session, "GetPullers",
                               (RemoteArgument[]){ { .type = 's', .text = name },
                                                   { .type = 't', .number = flags_of(session) },
                                                   {} },
                               shape, &reply);
        if (r < 0)
                return r;

        aliases = value_list(&reply, "aliases");
        pullers = value_list(&reply, "pullers");
        print_aliases(session, aliases);
        r = session_print(session, &reply, pullers, puller_columns);
        if (r < 0)
                return r;
        if (aliases->count + pullers->count > 0)
                return EXIT_SUCCESS;

        message_error("Nothing pulls in '%s'", name);
        return EXIT_NO;
}

static int run_chain(Session *session, const char *from, const char *to) {
        static const Shape link[] = { { "name" }, { "needs" }, { "edges" }, { "symbols" }, {} };
        static const Shape shape[] = { { "chain", link }, { "generation" }, {} };
        _cleanup_value_ Value reply = {};
        const Value *chain;
        int r;

        r = session_ask_kernel(session, "GetChain",
                               (RemoteArgument[]){ { .type = 's', .text = from },
                                                   { .type = 's', .text = to },
                                                   { .type = 't', .number = flags_of(session) },
                                                   {} },
                               shape, &reply);
        if (r < 0)
                return r;

        chain = value_list(&reply, "chain");
        r = session_print(session, &reply, chain, chain_columns);
        if (r < 0 || chain->count > 0)
                return r < 0 ? r : EXIT_SUCCESS;

        message_error("'%s' does not pull in '%s'", from, to);
        return EXIT_NO;
}

static int run(Session *session, int argc, char *argv[]) {
        return argc == 1 ? run_pullers(session, argv[0]) : run_chain(session, argv[0], argv[1]);
}

static const Option options[] = {
        { "no-soft", 0, NULL, "Without softdeps", offsetof(Options, no_soft) },
        { "no-weak", 0, NULL, "Without weakdeps", offsetof(Options, no_weak) },
        {},
};

const Verb verb_why = {
        .name = "why",
        .arguments = "[OPTIONS] A [B]",
        .help = "Show what pulls in A, or how A pulls in B",
        .options = options,
        .n_arguments_min = 1,
        .n_arguments_max = 2,
        .run = run,
};
