/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state-directory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#define DIRECTORY "/var/lib/depmodd"

int state_directory_open(const char *root) {
        char path[PATH_MAX];
        int n = snprintf(path, sizeof(path), "%s" DIRECTORY, root), fd;

        if (n < 0 || (size_t) n >= sizeof(path))
                return -ENAMETOOLONG;

        fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
}
