/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "verb.h"

/* What --is takes, and the states that it means; NULL ends them. */
static const struct {
        const char *word;
        const char *states[5];
} words[] = {
        { "absent", { "absent" } },
        { "on-disk", { "on-disk" } },
        { "builtin", { "builtin" } },
        { "loaded", { "loaded", "different" } },
        { "blocked", { "blocked" } },
        { "different", { "different" } },
        { "available", { "builtin", "loaded", "different" } },
        { "loadable", { "on-disk", "builtin", "loaded", "different" } },
};

static const char *const *find_states(const char *word) {
        for (size_t i = 0; i < ELEMENTSOF(words); i++) {
                if (strcmp(words[i].word, word) == 0)
                        return words[i].states;
        }

        return NULL;
}

static bool is_one_of(const char *state, const char *const *states) {
        for (; *states; states++) {
                if (strcmp(*states, state) == 0)
                        return true;
        }

        return false;
}

static int ask(Session *session, int argc, char *argv[], Value *ret_reply) {
        static const Shape state[] = { { "name" }, { "module" }, { "path" }, { "state" }, {} };
        static const Shape shape[] = { { "states", state }, { "generation" }, {} };

        return session_ask_kernel(
                session, "GetModuleStates",
                (RemoteArgument[]){ { .type = 'a', .texts = argv, .n_texts = (size_t) argc },
                                    { .type = 't', .number = session_flags(session, 0) },
                                    {} },
                shape, ret_reply);
}

/* Are all of them so? */
static int check(const Value *states, const char *const *wanted) {
        for (size_t i = 0; i < states->count; i++) {
                if (!is_one_of(value_text(&states->items[i], "state"), wanted))
                        return EXIT_NO;
        }

        return EXIT_SUCCESS;
}

static int run(Session *session, int argc, char *argv[]) {
        static const Column columns[] = {
                { "name", "NAME" },
                { "state", "STATE", COLUMN_STATE },
                { "module", "MODULE" },
                { "path", "PATH", COLUMN_SHORTEN },
                {},
        };
        const Options *options = session->options;
        const char *const *wanted = options->is ? find_states(options->is) : NULL;
        _cleanup_value_ Value reply = {};
        int r;

        if (options->is && !wanted) {
                message_error("--is takes absent, on-disk, builtin, loaded, blocked, different, "
                              "available "
                              "or loadable, not '%s'",
                              options->is);
                return -EINVAL;
        }

        r = ask(session, argc, argv, &reply);
        if (r < 0)
                return r;
        if (wanted && options->json_mode == JSON_OFF)
                return check(value_list(&reply, "states"), wanted);
        r = session_print(session, &reply, value_list(&reply, "states"), columns);
        return r < 0 || !wanted ? r : check(value_list(&reply, "states"), wanted);
}

static const Option options[] = {
        { "is", 0, "STATE", "Print nothing, the exit status tells if all are so",
          offsetof(Options, is) },
        { "sysfs", 0, "DIR", "Loaded modules are below DIR, in a private instance",
          offsetof(Options, sysfs) },
        {},
};

const Verb verb_state = {
        .name = "state",
        .arguments = "[OPTIONS] MODULE...",
        .help = "Show what is loaded, on disk, or neither",
        .options = options,
        .n_arguments_min = 1,
        .n_arguments_max = -1,
        .run = run,
};
