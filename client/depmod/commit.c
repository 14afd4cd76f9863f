/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "commit.h"

#include <signal.h>

int commit_run(Publication *publication, const PublicationFile *files, size_t n_files, bool sync,
               const char **ret_failed) {
        sigset_t blocked, before;
        int r;

        (void) signal(SIGXFSZ, SIG_IGN);
        (void) sigemptyset(&blocked);
        (void) sigaddset(&blocked, SIGINT);
        (void) sigaddset(&blocked, SIGTERM);
        (void) sigaddset(&blocked, SIGHUP);
        (void) sigaddset(&blocked, SIGQUIT);
        (void) sigprocmask(SIG_BLOCK, &blocked, &before);

        r = publication_commit(publication, files, n_files, sync, ret_failed);

        (void) sigprocmask(SIG_SETMASK, &before, NULL);
        return r;
}
