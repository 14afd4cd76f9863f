/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check-job.h"
#include "device-list.h"
#include "jobs.h"
#include "kernel-difference.h"
#include "resolve.h"
#include "snapshot.h"

/* A device of this machine whose modules are others. */
typedef struct DeviceChange {
        const Device *device;
        Resolutions old;
        Resolutions new;
} DeviceChange;

/* A module that does not come with the old kernel: it does not lie in its directory kernel/. */
typedef struct Carried {
        uint32_t module;    /* of the old kernel */
        bool is_present;    /* the new kernel has one of its name, so nothing is carried over */
        uint32_t candidate; /* of the check, if it is not present */
} Carried;

/* The job that compares two kernels. */
typedef struct KernelsJob {
        Job job;
        void *userdata;

        /* What it gets. The snapshots are borrowed: the question holds them. */
        const Snapshot *old;
        const Snapshot *new;
        const char *sysfs;
        CheckJob *check; /* of the new one; never runs as a job of its own */

        /* What it gives. */
        int r;
        KernelChanges modules;
        KernelChanges symbols;
        KernelChanges aliases;
        Carried *carried; /* in the old kernel's final order */
        size_t n_carried;
        DeviceList devices;
        DeviceChange *device_changes;
        size_t n_device_changes;
} KernelsJob;

/* 0 or -ENOMEM. The new kernel's snapshot is that which the check has. */
int kernels_job_new(KernelsJob **ret_job, const Snapshot *old, Snapshot *new);
void kernels_job_free(KernelsJob *job);

static inline void kernels_job_freep(KernelsJob **job) {
        kernels_job_free(*job);
}

/* Would it load on the new kernel as it is? "present", or a verdict of the check. */
const char *carried_verdict(const KernelsJob *job, const Carried *carried);

/* "lost": there is no module for it any more; "gained": there was none; "changed". */
const char *device_change_code(const DeviceChange *change);
