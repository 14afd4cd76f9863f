/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cache-job.h"
#include "refresh-job.h"

typedef struct Kernel Kernel;

/*
 * How what is known of a kernel stands to what is saved of it. It is part of the kernel.
 */
typedef struct KernelCache {
        CacheJob *job;       /* the one that is at work, or NULL */
        uint64_t generation; /* of the snapshot that is saved, or was to be */
        bool is_unwanted;    /* what the job saves is to be removed */
        int error;           /* negative errno of the last job, or 0 */
} KernelCache;

/* Saves the snapshot if it is not what is saved already. */
void kernel_save_cache(Kernel *kernel);

/* The kernel is not there any more, or what was saved of it is of no use. */
void kernel_remove_cache(Kernel *kernel);

/* Takes what a refresh that has given the present snapshot found to be saved. */
void kernel_take_cache(Kernel *kernel, const RefreshJob *job);
