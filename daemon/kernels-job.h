/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "carry-over.h"
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

/* The job that compares two kernels. */
typedef struct KernelsJob {
        Job job;
        void *userdata;

        /* What it gets. The snapshots are borrowed: the question holds them. */
        const Snapshot *old;
        const Snapshot *new;
        char *release; /* of the new one */
        const char *sysfs;

        /* What it gives. */
        int r;
        KernelChanges modules;
        KernelChanges symbols;
        KernelChanges aliases;
        CarryOver over;
        DeviceList devices;
        DeviceChange *device_changes;
        size_t n_device_changes;
} KernelsJob;

/* 0 or -ENOMEM. */
int kernels_job_new(KernelsJob **ret_job, const char *release);
void kernels_job_free(KernelsJob *job);

static inline void kernels_job_freep(KernelsJob **job) {
        kernels_job_free(*job);
}

/* "lost": there is no module for it any more; "gained": there was none; "changed". */
const char *device_change_code(const DeviceChange *change);
