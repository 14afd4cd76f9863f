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
        bool is_complete;    /* so is what is published, and for certain */
        uint64_t due_usec;   /* when the present one is to be saved; 0: it need not be */
        SavedModules saved;  /* what the survey has found, until the refresh begins */
        bool is_unwanted;    /* what the job saves is to be removed */
        int error;           /* negative errno of the last job, or 0 */
} KernelCache;

/* Saves the snapshot if it is not what is saved already. */
void kernel_save_cache(Kernel *kernel);

/*
 * The snapshot is to be saved, if it is not what is saved already: soon, and not after each of many
 * changes. What is not saved in time costs the next start reading what has changed since.
 */
void kernel_want_cache(Kernel *kernel);

/* Saves what is due at last, or says when it will be. */
void kernel_step_cache(Kernel *kernel, uint64_t now_usec, uint64_t *due_usec);

/* Saves what is wanted here and now: the daemon ends, and no job runs any more. */
void kernel_flush_cache(Kernel *kernel);

/* The kernel is not there any more, or what was saved of it is of no use. */
void kernel_remove_cache(Kernel *kernel);

/* Takes what a refresh that has given the present snapshot found to be saved. */
void kernel_take_cache(Kernel *kernel, const RefreshJob *job);
