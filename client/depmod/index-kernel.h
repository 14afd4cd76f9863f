/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "macro.h"

/*
 * Which kernel is to be indexed: its directory, its version, and where it stands what it exports.
 */
typedef struct IndexKernel {
        char *directory;
        char *version;         /* what the configuration is read for */
        bool is_version_known; /* false: that is the running kernel's, for want of anything better
                                */
        bool is_by_name;       /* the directory is one only because the caller says so */
        char *symvers;         /* build/Module.symvers; NULL: it is not there */
} IndexKernel;

void index_kernel_done(IndexKernel *kernel);

/*
 * `base` is a kernel directory, or a root that holds lib/modules/VERSION; NULL: the machine's root.
 * `version` may be NULL: then it is that of the name of a kernel directory if it has such a name,
 * else the running kernel's.
 *
 * 0; -ENOMEM; -ENAMETOOLONG; -ENOTDIR, -ENOENT and what stat(2) returns for the directory, whose
 * path is in kernel->directory then.
 */
int index_kernel_find(IndexKernel *kernel, const char *base, const char *version);

/* Has a directory that is one by name only nothing in it of what a kernel directory has? */
bool index_kernel_is_empty(const IndexKernel *kernel);
