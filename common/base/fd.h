/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <unistd.h>

#include "macro.h"

/*
 * Descriptors: closed when they go out of scope, read and written whole. A negative number is "no
 * descriptor". All functions return 0 or a negative errno unless said otherwise.
 */

static inline void closep(int *fd) {
        if (*fd >= 0)
                (void) close(*fd);
}

#define _cleanup_close_ _cleanup_(closep)

/* Hands an owned descriptor over: the variable is -1 afterwards. */
static inline int fd_take(int *fd) {
        int taken = *fd;

        *fd = -1;
        return taken;
}

/* Writes all bytes, over short writes and EINTR. */
int fd_write_all(int fd, const void *bytes, size_t size);

/* Reads until `size` bytes or the end of the file; returns how many in ret_size. */
int fd_read_full(int fd, void *bytes, size_t size, size_t *ret_size);
