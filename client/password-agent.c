/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "password-agent.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#define READY_MSEC 5000

static void run_agent(int ready_fd) {
        char number[16], process[32];

        (void) prctl(PR_SET_PDEATHSIG, SIGTERM);
        (void) fcntl(ready_fd, F_SETFD, 0);
        (void) snprintf(number, sizeof(number), "%d", ready_fd);
        (void) snprintf(process, sizeof(process), "%d", (int) getppid());
        (void) execlp("pkttyagent", "pkttyagent", "--process", process, "--notify-fd", number,
                      "--fallback", NULL);
        _exit(127);
}

/* It speaks to the controlling terminal, wherever standard input comes from. */
static bool has_terminal(void) {
        int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

        if (fd >= 0)
                (void) close(fd);
        return fd >= 0;
}

void password_agent_start(void) {
        struct pollfd ready;
        int pipes[2];
        pid_t pid;

        if (geteuid() == 0 || !isatty(STDIN_FILENO) || !has_terminal() ||
            pipe2(pipes, O_CLOEXEC) < 0)
                return;

        pid = fork();
        if (pid == 0)
                run_agent(pipes[1]);
        (void) close(pipes[1]);

        /* It closes its end when it is there to be asked, or when it could not be run. */
        ready = (struct pollfd){ .fd = pipes[0], .events = POLLIN };
        if (pid > 0)
                (void) poll(&ready, 1, READY_MSEC);
        (void) close(pipes[0]);
}
