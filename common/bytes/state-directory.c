/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state-directory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"

#define DIRECTORY "var/lib/depmodd"

/*
 * A link to an absolute path leads to a directory of the root and not to ours. The service never
 * gets that far: RestrictSUIDSGID= takes openat2(2) from it.
 */
int state_directory_open(const char *root) {
        struct open_how how = { .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
                                .resolve = RESOLVE_IN_ROOT };
        _cleanup_close_ int root_fd = -1;
        int fd;

        if (root[0] == '\0' || strcmp(root, "/") == 0) {
                fd = open("/" DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
                return fd < 0 ? -errno : fd;
        }

        root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (root_fd < 0)
                return -errno;
        fd = (int) syscall(SYS_openat2, root_fd, DIRECTORY, &how, sizeof(how));
        return fd < 0 ? -errno : fd;
}
