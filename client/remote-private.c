/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "remote-bus.h"

/* What it would tell a journal is asked for by its verbs. */
#define LOG_LEVEL "--log-level=err"

/*
 * The daemon that lies beside us, as in a build folder, was made with us and goes before the one
 * that is installed.
 */
static char *find_program(void) {
        char own[PATH_MAX];
        ssize_t size = readlink("/proc/self/exe", own, sizeof(own) - 1);
        char *beside, *slash;

        if (size > 0) {
                own[size] = '\0';
                slash = strrchr(own, '/');
                if (slash && asprintf(&beside, "%.*s/depmodd", (int) (slash - own), own) >= 0) {
                        if (access(beside, X_OK) == 0)
                                return beside;
                        free(beside);
                }
        }

        return strdup(DEPMODD_PATH);
}

static int set_program(Remote *remote, const char *program, const RemoteTarget *target) {
        _cleanup_free_ char *root = NULL, *module_directory = NULL, *sysfs = NULL;
        char *argv[7] = { (char *) program, (char *) "--private-bus", (char *) LOG_LEVEL };
        size_t n = 3;

        if (target->root) {
                if (asprintf(&root, "--root=%s", target->root) < 0)
                        return -ENOMEM;
                argv[n++] = root;
        }
        if (target->module_directory) {
                if (asprintf(&module_directory, "--module-dir=%s", target->module_directory) < 0)
                        return -ENOMEM;
                argv[n++] = module_directory;
        }
        if (target->sysfs) {
                if (asprintf(&sysfs, "--sysfs=%s", target->sysfs) < 0)
                        return -ENOMEM;
                argv[n++] = sysfs;
        }

        return sd_bus_set_exec(remote->bus, program, argv); /* it copies them */
}

int remote_open_private(Remote *remote, const RemoteTarget *target) {
        _cleanup_free_ char *program = find_program();
        int r;

        if (!program)
                return -ENOMEM;
        if (access(program, X_OK) < 0)
                return remote_fail(remote, -ENOTCONN,
                                   "depmodd does not run, and cannot be started as %s: %s", program,
                                   strerror(errno));

        remote->is_private = true;
        r = sd_bus_new(&remote->bus);
        if (r >= 0)
                r = set_program(remote, program, target);
        if (r >= 0)
                r = sd_bus_start(remote->bus);
        if (r < 0)
                return remote_fail(remote, -ENOTCONN, "Cannot start %s: %s", program, strerror(-r));
        return 0;
}
