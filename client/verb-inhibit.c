/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"
#include "verb.h"

#define EXIT_NOT_FOUND 127
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_BY_SIGNAL 128

static int join_command(int argc, char *argv[], Buffer *line) {
        for (int i = 0; i < argc; i++)
                buffer_append_format(line, "%s%s", i > 0 ? " " : "", argv[i]);
        buffer_append_byte(line, '\0');
        return buffer_error(line);
}

static int take_inhibitor(Session *session, const char *who, const char *why, Value *ret_reply) {
        static const Shape shape[] = { { "fd" }, {} };

        return session_ask_manager(session, "Inhibit",
                                   (RemoteArgument[]){ { .type = 's', .text = who },
                                                       { .type = 's', .text = why },
                                                       { .type = 't' },
                                                       {} },
                                   shape, ret_reply);
}

/* The status of the command, as a shell gives it. */
static int run_command(char *argv[]) {
        int status = 0;
        pid_t pid;

        pid = fork();
        if (pid < 0) {
                message_error("Cannot run %s: %s", argv[0], strerror(errno));
                return EXIT_FAILURE;
        }
        if (pid == 0) {
                (void) execvp(argv[0], argv);
                message_error("Cannot run %s: %s", argv[0], strerror(errno));
                _exit(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
        }

        /* Keys at the terminal are for the command, which ends us when it ends. */
        (void) signal(SIGINT, SIG_IGN);
        (void) signal(SIGQUIT, SIG_IGN);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
                ;
        return WIFSIGNALED(status) ? EXIT_BY_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

static int print_inhibitors(Session *session) {
        static const Column columns[] = { { "who", "WHO", COLUMN_SHORTEN },
                                          { "why", "WHY", COLUMN_SHORTEN },
                                          { "uid", "UID", COLUMN_RIGHT },
                                          { "since_usec", "SINCE", 0, cell_time },
                                          {} };
        static const Shape inhibitor[] = { { "who" }, { "why" }, { "uid" }, { "since_usec" }, {} };
        static const Shape shape[] = { { "inhibitors", inhibitor }, {} };
        _cleanup_value_ Value reply = {};
        int r;

        r = session_ask_manager(session, "ListInhibitors", NULL, shape, &reply);
        if (r < 0)
                return r;
        return session_print(session, &reply, value_list(&reply, "inhibitors"), columns);
}

static int run(Session *session, int argc, char *argv[]) {
        const Options *options = session->options;
        _cleanup_value_ Value inhibitor = {}; /* its descriptor is held until the command ends */
        _cleanup_buffer_ Buffer command = {};
        int r;

        if (options->list)
                return print_inhibitors(session);
        if (argc == 0) {
                message_error("inhibit takes a command, see depmodctl inhibit --help");
                return -EINVAL;
        }

        r = session_check_descriptors(session);
        if (r < 0)
                return r;
        r = join_command(argc, argv, &command);
        if (r < 0)
                return r;
        r = take_inhibitor(session, options->who ? options->who : command.data,
                           options->why ? options->why : "Unknown reason", &inhibitor);
        return r < 0 ? r : run_command(argv);
}

static const Option options[] = {
        { "who", 0, "WHO", "Who inhibits (default: the command)", offsetof(Options, who) },
        { "why", 0, "WHY", "And why, for those who wait", offsetof(Options, why) },
        { "list", 0, NULL, "List who inhibits now, and run nothing", offsetof(Options, list) },
        {},
};

const Verb verb_inhibit = {
        .name = "inhibit",
        .arguments = "[OPTIONS] COMMAND...",
        .help = "Let no index be published while it runs",
        .options = options,
        .n_arguments_max = -1,
        .flags = VERB_NEEDS_DAEMON | VERB_PRIVILEGED | VERB_COMMAND,
        .run = run,
};
