/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "commit.h"

void commit_begin(sigset_t *ret_before) {
        sigset_t blocked;

        (void) signal(SIGXFSZ, SIG_IGN);
        (void) sigemptyset(&blocked);
        (void) sigaddset(&blocked, SIGINT);
        (void) sigaddset(&blocked, SIGTERM);
        (void) sigaddset(&blocked, SIGHUP);
        (void) sigaddset(&blocked, SIGQUIT);
        (void) sigprocmask(SIG_BLOCK, &blocked, ret_before);
}

void commit_end(const sigset_t *before) {
        (void) sigprocmask(SIG_SETMASK, before, NULL);
}

int commit_run(Publication *publication, const PublicationFile *files, size_t n_files, bool sync,
               const char **ret_failed) {
        sigset_t before;
        int r;

        commit_begin(&before);
        r = publication_commit(publication, files, n_files, sync, ret_failed);
        commit_end(&before);
        return r;
}
