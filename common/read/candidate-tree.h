/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Walks over the module files below an open directory, in the order of their names, and hands each
 * out open for reading, with its path below the directory. It never leaves the directory: links are
 * not followed. A directory that cannot be listed is passed over; a file that cannot be opened is
 * handed out as the negative errno.
 *
 * Ends with the first negative result of the callback. Also the errno of openat(2) for the
 * directory itself; -ENOMEM; -E2BIG: there are more files
 * than a kernel may have, or they lie too deep.
 */
int candidate_tree_walk(int directory_fd, int (*on_file)(int fd, const char *path, void *userdata),
                        void *userdata);
