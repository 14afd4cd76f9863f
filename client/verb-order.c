/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "message.h"
#include "verb.h"
#include "wire.h"

static int ask_path(Session *session, Value *ret_properties) {
        return session_ask_properties(session, value_text(&session->kernel, "kernel"),
                                      DEPMOD1_KERNEL, ret_properties);
}

static int ask_order(Session *session, int argc, char *argv[], Value *ret_reply) {
        static const Shape edge[] = { { "name" }, { "path" }, { "edges" }, {} };
        static const Shape shape[] = { { "order", edge }, { "unresolved" }, { "generation" }, {} };
        const Options *options = session->options;
        uint64_t flags = (options->no_soft ? DEPMOD1_ORDER_NO_SOFT : 0) |
                         (options->no_builtin ? DEPMOD1_ORDER_NO_BUILTIN : 0);

        return session_ask_kernel(
                session, "GetLoadOrder",
                (RemoteArgument[]){ { .type = 'a', .texts = argv, .n_texts = (size_t) argc },
                                    { .type = 't', .number = session_flags(session, flags) },
                                    {} },
                shape, ret_reply);
}

/* Lines that a shell can run, or paths alone. What is builtin needs no loading: a comment. */
static int print_order(Session *session, const Value *order) {
        _cleanup_value_ Value properties = {};
        const Options *options = session->options;
        int r;

        r = ask_path(session, &properties);
        if (r < 0)
                return r;
        if (!session_begin_text(session))
                return 0;

        for (size_t i = 0; i < order->count; i++) {
                const Value *module = &order->items[i];
                bool is_builtin = value_number(module, "edges") & DEPMOD1_EDGE_BUILTIN;

                if (is_builtin && !options->paths)
                        printf("# %s is builtin\n", value_text(module, "name"));
                else if (!is_builtin)
                        printf("%s%s/%s\n", options->paths ? "" : "insmod ",
                               value_text(&properties, "Path"), value_text(module, "path"));
        }
        return 0;
}

static int run(Session *session, int argc, char *argv[]) {
        _cleanup_value_ Value reply = {};
        const Value *unresolved;
        int r;

        r = ask_order(session, argc, argv, &reply);
        if (r < 0)
                return r;

        if (session->options->json_mode != JSON_OFF)
                r = session_print_json(session, &reply);
        else
                r = print_order(session, value_list(&reply, "order"));
        if (r < 0)
                return r;

        unresolved = value_list(&reply, "unresolved");
        for (size_t i = 0; i < unresolved->count; i++)
                message_error("No module has the name or alias '%s'", unresolved->items[i].text);
        return unresolved->count > 0 ? EXIT_NO : EXIT_SUCCESS;
}

static const Option options[] = {
        { "paths", 'p', NULL, "Print the files only", offsetof(Options, paths) },
        { "no-soft", 0, NULL, "Without softdeps", offsetof(Options, no_soft) },
        { "no-builtin", 0, NULL, "Without modules that are part of the kernel",
          offsetof(Options, no_builtin) },
        {},
};

const Verb verb_order = {
        .name = "order",
        .arguments = "[OPTIONS] MODULE...",
        .help = "Show what to load in which order",
        .options = options,
        .n_arguments_min = 1,
        .n_arguments_max = -1,
        .run = run,
};
