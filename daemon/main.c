/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "give-back.h"
#include "log.h"
#include "manager.h"
#include "settings.h"

/*
 * Signals are taken by the event loop; a file size limit and a client that has gone are errors of a
 * write and nothing else.
 */
static int prepare_signals(void) {
        static const int taken[] = { SIGTERM, SIGINT, SIGHUP };
        sigset_t signals;

        (void) sigemptyset(&signals);
        for (size_t i = 0; i < ELEMENTSOF(taken); i++) {
                /* Whoever is started in the background of a script ignores some of them. */
                (void) signal(taken[i], SIG_DFL);
                (void) sigaddset(&signals, taken[i]);
        }
        (void) signal(SIGXFSZ, SIG_IGN);
        (void) signal(SIGPIPE, SIG_IGN);
        return sigprocmask(SIG_BLOCK, &signals, NULL) < 0 ? -errno : 0;
}

static int run(int argc, char *argv[]) {
        _cleanup_(settings_done) Settings settings = {};
        _cleanup_(manager_freep) Manager *manager = NULL;
        int status, r;

        r = settings_parse_arguments(&settings, argc, argv);
        if (r <= 0)
                return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;

        (void) umask(0022);
        if (!settings.is_private)
                give_back_prepare();

        r = prepare_signals(); /* before anything can start a thread */
        if (r < 0) {
                (void) log_error_errno(r, "Cannot block signals");
                return EXIT_FAILURE;
        }

        r = manager_new(&manager, &settings);
        if (r < 0)
                return EXIT_FAILURE;

        status = manager_run(manager);
        (void) sd_notify(0, "STOPPING=1");
        return status;
}

int main(int argc, char *argv[]) {
        return run(argc, argv);
}
