/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cell.h"
#include "message.h"
#include "output-json.h"
#include "verb.h"

#define SECOND_USEC UINT64_C(1000000)

/* "TIME KERNEL SIGNAL key=value…"; JSON has the same. */
static int print_json(const char *release, const char *name, Value *arguments) {
        _cleanup_value_ Value document = {};
        int r;

        r = value_add_text(&document, "signal", name);
        if (r >= 0 && release)
                r = value_add_text(&document, "release", release);
        if (r >= 0)
                r = value_add_value(&document, "arguments", arguments);
        return r < 0 ? r : output_json(&document, false);
}

static int print_line(const char *release, const char *name, const Value *arguments) {
        _cleanup_buffer_ Buffer line = {};
        Value now = { .kind = VALUE_NUMBER, .number = (uint64_t) time(NULL) * SECOND_USEC };

        cell_time(&now, &line);
        buffer_append_format(&line, " %s %s", release ? release : "manager", name);
        for (size_t i = 0; i < arguments->count; i++) {
                const Value *argument = &arguments->items[i];
                bool is_empty = argument->kind == VALUE_LIST && argument->count == 0;

                if (is_empty)
                        continue;
                buffer_append_format(&line, " %s=", argument->key);
                cell_plain(argument, &line);
        }
        buffer_append_byte(&line, '\0');
        if (buffer_error(&line) < 0)
                return -ENOMEM;

        (void) puts(line.data);
        return 0;
}

static int on_signal(void *userdata, const char *release, const char *name, Value *arguments) {
        const Session *session = userdata;
        int r;

        r = session->options->json_mode != JSON_OFF ? print_json(release, name, arguments)
                                                    : print_line(release, name, arguments);
        if (r < 0)
                return r;
        /* Who reads a pipe wants each at once; when nobody reads any more it ends. */
        return fflush(stdout) < 0 ? -errno : 0;
}

static int run(Session *session, __attribute__((unused)) int argc,
               __attribute__((unused)) char *argv[]) {
        int r = remote_watch(session->remote, on_signal, session);

        message_error("%s", r == -ENOTCONN ? remote_reason(session->remote) : strerror(-r));
        return r;
}

const Verb verb_monitor = {
        .name = "monitor",
        .arguments = "",
        .help = "Print what happens, as it happens",
        .flags = VERB_NEEDS_DAEMON,
        .run = run,
};
