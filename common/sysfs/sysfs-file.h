/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/*
 * Reads a small file below an open directory: up to `size` bytes, of which *ret_size tells how many
 * there are. 0 or a negative errno.
 */
int sysfs_file_read(int dir_fd, const char *name, char *bytes, size_t size, size_t *ret_size);

/*
 * The same of a line of text, which then ends with a NUL and without a newline. -E2BIG: it does not
 * fit.
 */
int sysfs_file_read_line(int dir_fd, const char *name, char *line, size_t size);
