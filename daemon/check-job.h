/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "candidate.h"
#include "check-worker.h"
#include "jobs.h"
#include "kernel-build.h"
#include "snapshot.h"

/* A module of the kernel that was looked into, as a candidate is. */
typedef struct CheckDescription CheckDescription;

/*
 * The job that answers whether candidates would load: has them read, looks what the kernel exports,
 * and compares. It writes nothing.
 */
typedef struct CheckJob {
        Job job;
        void *userdata;

        /* What it gets. Strings and descriptors are borrowed, snapshots referenced.
         */
        Snapshot *snapshot;
        Snapshot **others; /* of other kernels */
        size_t n_others;
        KernelBuildSearch build;
        CheckWork work;
        CheckFile *files; /* of the work */
        char *const *removals;
        const char *const *config_paths;

        /* What it gives. */
        int r; /* see check_worker_read() */
        Buffer record;
        Candidates candidates;
        CheckResults results;
        CheckDescription *descriptions;
} CheckJob;

/* 0 or -ENOMEM. Room for so many files and other kernels. */
int check_job_new(CheckJob **ret_job, Snapshot *snapshot, size_t n_files, size_t n_others);
void check_job_run(Job *job);

/* Its last part, for who has made the record otherwise. 0 or a negative errno. */
int check_job_judge(CheckJob *job);
void check_job_free(CheckJob *job);

static inline void check_job_freep(CheckJob **job) {
        check_job_free(*job);
}
