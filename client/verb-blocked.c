/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "verb.h"

static const Column columns[] = {
        { "name", "ASKED FOR" },
        { "alias", "BY ALIAS", COLUMN_SHORTEN },
        { "result", "RESULT" },
        { "obstacle", "OBSTACLE" },
        { "rule", "RULE", COLUMN_SHORTEN },
        { "source", "SOURCE", COLUMN_SHORTEN },
        {},
};

static const struct {
        const char *verdict;
        const char *sentence;
} sentences[] = {
        { "blocked", "is blocked: modprobe does not load it in any way" },
        { "open", "is not blocked: an alias loads it" },
        { "on-request",
          "is blocked for devices only: who asks by name, as the kernel may, loads it" },
        { "unknown", "may be blocked: that depends on what a command does" },
        { "builtin", "is part of the kernel and cannot be blocked" },
};

static void print_sentence(const char *name, const char *verdict) {
        for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
                if (strcmp(sentences[i].verdict, verdict) == 0)
                        printf("%s %s.\n", name, sentences[i].sentence);
        }
}

static int print(Session *session, const char *name, const Value *reply) {
        const Value *ways = value_list(reply, "ways"), *notes = value_list(reply, "notes");

        if (session->options->json_mode == JSON_OFF && session_begin_text(session)) {
                print_sentence(name, value_text(reply, "verdict"));
                for (size_t i = 0; i < notes->count; i++)
                        printf("%s\n", notes->items[i].text);
                if (ways->count > 0)
                        printf("\n");
        }
        if (session->options->json_mode == JSON_OFF && ways->count == 0)
                return 0;
        return session_print(session, reply, ways, columns);
}

static int run(Session *session, __attribute__((unused)) int argc, char *argv[]) {
        static const Shape way[] = {
                { "name" }, { "alias" }, { "result" }, { "obstacle" }, { "rule" }, { "source" }, {}
        };
        static const Shape shape[] = {
                { "verdict" }, { "ways", way }, { "notes" }, { "generation" }, {}
        };
        _cleanup_value_ Value reply = {};
        int r;

        r = session_ask_kernel(
                session, "GetWays",
                (RemoteArgument[]){ { .type = 's', .text = argv[0] },
                                    { .type = 't', .number = session_flags(session, 0) },
                                    {} },
                shape, &reply);
        if (r >= 0)
                r = print(session, argv[0], &reply);
        if (r < 0)
                return r;

        return strcmp(value_text(&reply, "verdict"), "blocked") == 0 ? EXIT_SUCCESS : EXIT_NO;
}

const Verb verb_blocked = {
        .name = "blocked",
        .arguments = "MODULE",
        .help = "Show whether modprobe.d keeps a module out",
        .n_arguments_min = 1,
        .n_arguments_max = 1,
        .run = run,
};
