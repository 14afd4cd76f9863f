/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "message.h"
#include "verb.h"
#include "wire.h"

/* The daemon gives up first, so that its reason arrives. */
#define GRACE_USEC UINT64_C(5000000)

static const Shape kernel[] = {
        { "release" }, { "generation" }, { "published" }, { "writable" }, {}
};
static const Shape shape[] = { { "kernels", kernel }, {} };

static const Column columns[] = {
        { "release", "KERNEL" },
        { "generation", "GENERATION", COLUMN_RIGHT, cell_generation },
        { "published", "PUBLISHED", COLUMN_RIGHT, cell_generation },
        { "writable", "WRITABLE" },
        {},
};

/* Those that are named, or that of -k; of none all are meant. */
static RemoteArgument releases_of(const Session *session, int argc, char *argv[]) {
        const char *const *kernel_option = &session->options->kernel;

        if (argc == 0 && *kernel_option)
                return (RemoteArgument){ .type = 'a',
                                         .texts = (char *const *) kernel_option,
                                         .n_texts = 1 };
        return (RemoteArgument){ .type = 'a', .texts = argv, .n_texts = (size_t) argc };
}

/* The files on disk must be of what the daemon knows: else it was in vain. */
static int check_published(const Value *kernels) {
        int status = EXIT_SUCCESS;

        for (size_t i = 0; i < kernels->count; i++) {
                const Value *one = &kernels->items[i];

                if (value_number(one, "published") == value_number(one, "generation"))
                        continue;
                message_error("The index of %s could not be written%s", value_text(one, "release"),
                              value_boolean(one, "writable") ? "" : ", its directory is read-only");
                status = EXIT_FAILURE;
        }

        return status;
}

static int report(Session *session, const Value *reply) {
        const Value *kernels = value_list(reply, "kernels");
        int r;

        r = session_print(session, reply, kernels, columns);
        if (r < 0)
                return r;
        return session->options->no_publish ? EXIT_SUCCESS : check_published(kernels);
}

static int run_settle(Session *session, int argc, char *argv[]) {
        const Options *options = session->options;
        _cleanup_value_ Value reply = {};
        uint64_t flags = 0;
        int r;

        if (options->no_publish)
                flags |= DEPMOD1_SETTLE_NO_PUBLISH;
        if (options->ignore_inhibitors)
                flags |= DEPMOD1_SETTLE_IGNORE_INHIBITORS;

        r = session_ask(
                session,
                &(RemoteCall){ .interface = DEPMOD1_MANAGER,
                               .method = "Settle",
                               .arguments = (RemoteArgument[]){ releases_of(session, argc, argv),
                                                                { .type = 't', .number = flags },
                                                                { .type = 't',
                                                                  .number = options->timeout_usec },
                                                                {} },
                               .shape = shape,
                               .timeout_usec = options->timeout_usec + GRACE_USEC },
                &reply);
        return r < 0 ? r : report(session, &reply);
}

static int run_refresh(Session *session, int argc, char *argv[]) {
        const Options *options = session->options;
        _cleanup_value_ Value reply = {};
        uint64_t flags = 0;
        int r;

        if (options->reparse)
                flags |= DEPMOD1_REFRESH_REPARSE;
        if (options->rewrite)
                flags |= DEPMOD1_REFRESH_REWRITE;

        r = session_ask(
                session,
                &(RemoteCall){ .interface = DEPMOD1_MANAGER,
                               .method = "Refresh",
                               .arguments = (RemoteArgument[]){ releases_of(session, argc, argv),
                                                                { .type = 't', .number = flags },
                                                                {} },
                               .shape = shape },
                &reply);
        return r < 0 ? r : report(session, &reply);
}

static int run_reload(Session *session, __attribute__((unused)) int argc,
                      __attribute__((unused)) char *argv[]) {
        return session_ask(session,
                           &(RemoteCall){ .interface = DEPMOD1_MANAGER,
                                          .method = "Reload",
                                          .arguments = (RemoteArgument[]){ { .type = 't' }, {} } },
                           NULL);
}

static const Option settle_options[] = {
        { "no-publish", 0, NULL, "Wait for the daemon's knowledge, not for the files",
          offsetof(Options, no_publish) },
        { "ignore-inhibitors", 0, NULL, "Publish although somebody inhibits it",
          offsetof(Options, ignore_inhibitors) },
        {},
};

static const Option refresh_options[] = {
        { "full", 0, NULL, "Read all modules again, whatever is known of them",
          offsetof(Options, reparse) },
        { "rewrite", 0, NULL, "Write all files, also those that are the same",
          offsetof(Options, rewrite) },
        {},
};

const Verb verb_settle = {
        .name = "settle",
        .arguments = "[OPTIONS] [KERNEL...]",
        .help = "Wait until the index is up to date",
        .options = settle_options,
        .n_arguments_max = -1,
        .flags = VERB_PRIVILEGED,
        .run = run_settle,
};

const Verb verb_refresh = {
        .name = "refresh",
        .arguments = "[OPTIONS] [KERNEL...]",
        .help = "Look at all modules and publish",
        .options = refresh_options,
        .n_arguments_max = -1,
        .flags = VERB_PRIVILEGED,
        .run = run_refresh,
};

const Verb verb_reload = {
        .name = "reload",
        .arguments = "",
        .help = "Let the daemon read its configuration again",
        .flags = VERB_NEEDS_DAEMON | VERB_PRIVILEGED,
        .run = run_reload,
};
