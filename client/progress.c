/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define ERASE_LINE "\r\033[K"

static void on_wait(void *userdata, unsigned seconds) {
        const Remote *remote = userdata;

        if (seconds == 0)
                (void) fputs(ERASE_LINE, stderr);
        else
                (void) fprintf(stderr, ERASE_LINE "%s is at work, %u s …",
                               remote_is_private(remote) ? "A private instance" : "depmodd",
                               seconds);
        (void) fflush(stderr);
}

void progress_attach(Remote *remote) {
        if (isatty(STDERR_FILENO))
                remote_on_wait(remote, on_wait, remote);
}
