/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "history-job.h"
#include "model-difference.h"

typedef struct Kernel Kernel;

/*
 * What is to be added to the history of a kernel. It is part of the kernel.
 */
typedef struct KernelHistory {
        ChangeList changes; /* since the last publication */
        unsigned files;     /* OUTPUT_BITs of publications that are not in it yet */
        bool is_unwanted;   /* what the job saves is to be removed */
        bool is_pending;    /* there is one that waits for the job to be done */
        HistoryJob *job;    /* the one that is at work, or NULL */
        int error;          /* of the last job: told once */
} KernelHistory;

/* The modules are others. */
void kernel_note_changes(Kernel *kernel, const Difference *difference);

/* The present snapshot has been published, with these files written. */
void kernel_note_publication(Kernel *kernel, unsigned files);

/* The kernel is not there any more. */
void kernel_remove_history(Kernel *kernel);

/* Gives back what it holds. Its job is done by now. */
void kernel_history_done(KernelHistory *history);
