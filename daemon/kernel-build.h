/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "check.h"
#include "stat-key.h"

/*
 * What the build of a kernel has left behind about what it exports: the file and what was parsed of
 * it. It is read when it is first asked for and kept as long as the file is the same.
 *
 * References are counted on the event loop's thread only; nothing else of it changes.
 */
typedef struct KernelBuild {
        unsigned n_refs;
        char *path; /* of the file; NULL: there is none */
        StatKey key;
        bool is_racy; /* the key proves nothing */
        KernelExports exports;
} KernelBuild;

KernelBuild *kernel_build_ref(KernelBuild *build);
KernelBuild *kernel_build_unref(KernelBuild *build);

/* Where a kernel's files are. Borrowed. */
typedef struct KernelBuildPlace {
        const char *root;      /* "" is the system's */
        const char *directory; /* of the kernel, the root included */
        const char *release;
        bool is_running; /* this machine runs it */
} KernelBuildPlace;

/*
 * Finds Module.symvers, or else System.map, of any compression, in the kernel directory, where its
 * `build` link leads, and in /boot. 1: `known` (which may be NULL) is still right; 0: *ret_build is
 * a new one, possibly of no file; -ENOMEM. A file that cannot be read is as good as none.
 */
int kernel_build_read(const KernelBuildPlace *place, const KernelBuild *known,
                      KernelBuild **ret_build);

/* The same, as what a job does: it gets a place and what is known of it. */
typedef struct KernelBuildSearch {
        KernelBuildPlace place;
        KernelBuild *known; /* NULL: nothing has been read yet */
        KernelBuild *found; /* a newer one than `known`; NULL: that is still right */
} KernelBuildSearch;

int kernel_build_search(KernelBuildSearch *search);
void kernel_build_search_done(KernelBuildSearch *search);

/* What was found. */
const KernelExports *kernel_build_search_exports(const KernelBuildSearch *search);

/* From its configuration and, if it runs, from itself. */
CheckRules kernel_build_rules(const KernelBuildPlace *place);
