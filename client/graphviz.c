/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graphviz.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"
#include "message.h"

#define PROGRAM "dot"
#define EXIT_NOT_FOUND 127

/* In the child. */
static void run_program(const char *format, int input_fd, int output_fd) {
        char option[16];

        (void) signal(SIGPIPE, SIG_DFL);
        (void) snprintf(option, sizeof(option), "-T%s", format);
        if (dup2(input_fd, STDIN_FILENO) >= 0 && dup2(output_fd, STDOUT_FILENO) >= 0)
                (void) execlp(PROGRAM, PROGRAM, option, NULL);
        _exit(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_FAILURE);
}

static int check_status(int status) {
        if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS)
                return 0;
        if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NOT_FOUND) {
                message_error("There is no " PROGRAM ", install graphviz to make pictures");
                return -ENOENT;
        }

        message_error("graphviz could not draw the graph");
        return -EIO;
}

int graphviz_draw(const Buffer *dot, const char *format, int output_fd) {
        int pipes[2], status, r;
        pid_t pid;

        if (pipe2(pipes, O_CLOEXEC) < 0) {
                r = -errno;
                message_error("Cannot run " PROGRAM ": %s", strerror(-r));
                return r;
        }

        pid = fork();
        if (pid == 0)
                run_program(format, pipes[0], output_fd);
        r = pid < 0 ? -errno : 0;
        (void) close(pipes[0]);
        if (r == 0) {
                /* Of a program that ends early the status tells. */
                (void) signal(SIGPIPE, SIG_IGN);
                (void) fd_write_all(pipes[1], dot->data, dot->size);
        }
        (void) close(pipes[1]);
        if (r < 0) {
                message_error("Cannot run " PROGRAM ": %s", strerror(-r));
                return r;
        }

        while (waitpid(pid, &status, 0) < 0) {
                if (errno != EINTR)
                        return -errno;
        }
        return check_status(status);
}
