/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LESS_OPTIONS "FRSXMK"

static const char *find_command(void) {
        const char *command = getenv("SYSTEMD_PAGER");

        if (!command)
                command = getenv("PAGER");
        if (!command)
                return "less";
        return command[0] == '\0' || strcmp(command, "cat") == 0 ? NULL : command;
}

/* In the child. Without the program that is named the output goes to the terminal as it is. */
static void run_command(const char *command, int input) {
        const char *options = getenv("SYSTEMD_LESS");
        char *script;

        if (asprintf(&script,
                     "set -- %s; command -v \"$1\" >/dev/null 2>&1 || exec cat; exec \"$@\"",
                     command) < 0)
                _exit(EXIT_FAILURE);

        (void) dup2(input, STDIN_FILENO);
        (void) setenv("LESS", options ? options : LESS_OPTIONS, 1);
        (void) setenv("LESSCHARSET", "utf-8", 0);
        (void) execlp("sh", "sh", "-c", script, NULL);
        _exit(EXIT_FAILURE);
}

void pager_start(Pager *pager) {
        const char *command = find_command();
        int pipes[2];

        if (!command || pipe2(pipes, O_CLOEXEC) < 0)
                return;

        (void) fflush(stdout);
        pager->pid = fork();
        if (pager->pid == 0)
                run_command(command, pipes[0]);
        if (pager->pid > 0) {
                (void) dup2(pipes[1], STDOUT_FILENO);
                (void) signal(SIGPIPE, SIG_IGN); /* the user may leave early */
                (void) signal(SIGINT, SIG_IGN);  /* is for the pager */
        } else
                pager->pid = 0;

        (void) close(pipes[0]);
        (void) close(pipes[1]);
}

void pager_done(Pager *pager) {
        if (pager->pid <= 0)
                return;

        /* What the user did not want to read any more is not missing. */
        (void) fflush(stdout);
        clearerr(stdout);
        (void) close(STDOUT_FILENO);
        while (waitpid(pager->pid, NULL, 0) < 0 && errno == EINTR)
                ;
        pager->pid = 0;
}
