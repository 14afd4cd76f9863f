/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "problem.h"

/*
 * A walk over a directory tree in path order: the entries of each directory by strcmp() of their
 * names, a directory's content where its name stands. So nothing that is derived from the walk
 * depends on the order in which a file system lists its entries.
 *
 * Symbolic links are followed, to files and to directories; a directory that contains itself
 * through a link is met once, and where links make so many ways that they could not all be gone
 * (some thousand directories), the last are not. What cannot be looked at is a problem and the
 * walk goes on (specification section 3.1), unless that is fatal.
 */
typedef struct DirWalk {
        const char *root;
        /* Is the entry of this name to be passed over, be it a file or a directory? */
        bool (*is_excluded)(const char *name, const void *userdata);
        const void *excluded_userdata;
        /*
         * Called for each regular file. `path` is root, a slash and the path below it, and
         * path + relative is that path below; dir_fd and name open the file. A negative result ends
         * the walk.
         */
        int (*on_file)(const char *path, size_t relative, int dir_fd, const char *name,
                       void *userdata);
        /*
         * Called for each directory, opened and not yet listed, and for each symbolic link, before
         * it is followed. Both may be NULL.
         */
        int (*on_directory)(const char *path, int fd, void *userdata);
        int (*on_link)(const char *path, void *userdata);
        void *userdata;
        ProblemList *problems;
} DirWalk;

/*
 * 0; the negative errno with which the root could not be opened (also a problem); what on_file
 * returned; a fatal error, which is also a problem.
 */
int dir_walk(const DirWalk *walk);

/*
 * Is the error one of the disk, or for want of memory or descriptors? It says nothing about what is
 * in the directory, so nobody may take for missing what was not met.
 */
bool dir_walk_is_fatal(int r);
