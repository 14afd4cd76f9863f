/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "resolved.h"
#include "verb.h"
#include "wire.h"

static void print_step(const Value *step, const char *directory, bool is_path) {
        bool is_builtin = value_number(step, "edges") & DEPMOD1_EDGE_BUILTIN;
        const char *command = resolved_text(step, "Command");
        const char *parameters = resolved_text(step, "Options");

        if (is_path) {
                if (!is_builtin && command[0] == '\0')
                        printf("%s/%s\n", directory, value_text(step, "path"));
        } else if (command[0] != '\0') {
                printf("%s\n", command);
        } else if (is_builtin) {
                printf("# %s is builtin\n", value_text(step, "name"));
        } else {
                printf("insmod %s/%s%s%s\n", directory, value_text(step, "path"),
                       parameters[0] != '\0' ? " " : "", parameters);
        }
}

/* Lines that a shell can run, or paths alone. What is builtin needs no loading: a comment. */
static int print_order(Session *session, const Value *order) {
        _cleanup_value_ Value properties = {};
        int r;

        r = session_ask_properties(session, value_text(&session->kernel, "kernel"), DEPMOD1_KERNEL,
                                   &properties);
        if (r < 0)
                return r;
        if (!session_begin_text(session))
                return 0;

        for (size_t i = 0; i < order->count; i++)
                print_step(&order->items[i], value_text(&properties, "Path"),
                           session->options->paths);
        return 0;
}

static int run(Session *session, int argc, char *argv[]) {
        _cleanup_value_ Value reply = {};
        int r;

        r = resolved_ask(session, argv, (size_t) argc, 0, "order", &reply);
        if (r < 0)
                return r;

        if (session->options->json_mode != JSON_OFF)
                r = session_print_json(session, &reply);
        else
                r = print_order(session, value_list(&reply, "order"));
        if (r < 0)
                return r;

        return resolved_explain(&reply) ? EXIT_NO : EXIT_SUCCESS;
}

static const Option options[] = {
        { "paths", 'p', NULL, "Print the files only", offsetof(Options, paths) },
        { "no-soft", 0, NULL, "Without softdeps", offsetof(Options, no_soft) },
        { "no-builtin", 0, NULL, "Without modules that are part of the kernel",
          offsetof(Options, no_builtin) },
        { "no-config", 0, NULL, "As if there were no modprobe.d", offsetof(Options, no_config) },
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
