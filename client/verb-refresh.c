/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "published.h"
#include "verb.h"
#include "wire.h"

static int run_refresh(Session *session, int argc, char *argv[]) {
        const RemoteArgument releases = published_releases(session, argc, argv);
        const Options *options = session->options;
        _cleanup_value_ Value reply = {};
        uint64_t flags = 0;
        int r;

        if (options->reparse)
                flags |= DEPMOD1_REFRESH_REPARSE;
        if (options->rewrite)
                flags |= DEPMOD1_REFRESH_REWRITE;

        r = published_check_releases(session, &releases);
        if (r < 0)
                return r;
        r = session_ask_manager(
                session, "Refresh",
                (RemoteArgument[]){ releases, { .type = 't', .number = flags }, {} },
                published_shape, &reply);
        return r < 0 ? r : published_print(session, &reply, true);
}

static int run_reload(Session *session, __attribute__((unused)) int argc,
                      __attribute__((unused)) char *argv[]) {
        return session_ask_manager(session, "Reload", (RemoteArgument[]){ { .type = 't' }, {} },
                                   NULL, NULL);
}

static const Option options[] = {
        { "full", 0, NULL, "Read all modules again, whatever is known of them",
          offsetof(Options, reparse) },
        { "rewrite", 0, NULL, "Write all files, also those that are the same",
          offsetof(Options, rewrite) },
        {},
};

const Verb verb_refresh = {
        .name = "refresh",
        .arguments = "[OPTIONS] [KERNEL...]",
        .help = "Look at all modules and publish",
        .options = options,
        .n_arguments_max = -1,
        .flags = VERB_PRIVILEGED,
        .run = run_refresh,
};

const Verb verb_reload = {
        .name = "reload",
        .arguments = "",
        .help = "Let the daemon read its configuration anew",
        .flags = VERB_NEEDS_DAEMON | VERB_PRIVILEGED,
        .run = run_reload,
};
