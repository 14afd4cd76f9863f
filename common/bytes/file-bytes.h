/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

#include "buffer.h"

/*
 * The bytes of a whole file in memory, read and never mapped: a file that another process cuts
 * short while we look at it must cost an error, not a SIGBUS.
 */

/*
 * Reads an open file from where it stands into `output`, in place of its content: `size` bytes,
 * less if it ends before, or all up to its end if size is 0. 0; -EFBIG above `limit`; -ENOMEM; the
 * errno of read(2).
 */
int file_read_fd(int fd, size_t size, size_t limit, Buffer *output);

/* The same by name below a directory. Also the errno of openat(2) and fstat(2). */
int file_read(int dir_fd, const char *path, size_t limit, Buffer *output);

/* The same, but -EINVAL for a pipe, of which nobody knows when or whether it ends. */
int file_read_stored(int dir_fd, const char *path, size_t limit, Buffer *output);
