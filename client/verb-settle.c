/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "published.h"
#include "verb.h"
#include "wire.h"

/* The daemon gives up first, so that its reason arrives. */
#define GRACE_USEC UINT64_C(5000000)

static int run_settle(Session *session, int argc, char *argv[]) {
        const RemoteArgument releases = published_releases(session, argc, argv);
        const Options *options = session->options;
        _cleanup_value_ Value reply = {};
        uint64_t flags = 0;
        int r;

        if (options->no_publish)
                flags |= DEPMOD1_SETTLE_NO_PUBLISH;
        if (options->ignore_inhibitors)
                flags |= DEPMOD1_SETTLE_IGNORE_INHIBITORS;

        r = published_check_releases(session, &releases);
        if (r < 0)
                return r;
        r = session_ask(
                session,
                &(RemoteCall){ .interface = DEPMOD1_MANAGER,
                               .method = "Settle",
                               .arguments = (RemoteArgument[]){ releases,
                                                                { .type = 't', .number = flags },
                                                                { .type = 't',
                                                                  .number = options->timeout_usec },
                                                                {} },
                               .shape = published_shape,
                               .timeout_usec = options->timeout_usec + GRACE_USEC },
                &reply);
        return r < 0 ? r : published_print(session, &reply, !options->no_publish);
}

static const Option options[] = {
        { "no-publish", 0, NULL, "Wait for the daemon's knowledge, not for the files",
          offsetof(Options, no_publish) },
        { "ignore-inhibitors", 0, NULL, "Publish although somebody inhibits it",
          offsetof(Options, ignore_inhibitors) },
        {},
};

const Verb verb_settle = {
        .name = "settle",
        .arguments = "[OPTIONS] [KERNEL...]",
        .help = "Wait until the index is up to date",
        .options = options,
        .n_arguments_max = -1,
        .run = run_settle,
};
