/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

#include "device-list.h"
#include "jobs.h"
#include "resolve.h"
#include "snapshot.h"

/*
 * Which modules serve a device, as two numbers: thousands of devices cost a few pages. Kept from
 * one publication to the next.
 */
typedef struct DeviceAnswer {
        uint64_t device;  /* of its path and modalias */
        uint64_t modules; /* of the names of the modules */
} DeviceAnswer;

/* A device whose modules are others than before. */
typedef struct ServedAnew {
        const Device *device;
        Resolutions modules; /* none: nothing serves it any more */
} ServedAnew;

/* So many devices are told at the most. */
#define DEVICES_TOLD_MAX 1000

/*
 * The job that looks after a publication which devices of the machine are served by other modules
 * than before, and writes down for udev which of them to try again.
 */
typedef struct DevicesJob {
        Job job;
        void *userdata;

        /* What it gets. Borrowed, but for the snapshot. */
        Snapshot *snapshot;
        const char *release;
        const char *sysfs;
        const char *root;
        bool trigger_udev;
        const DeviceAnswer *before; /* NULL: nothing is known yet, and so nothing changed */
        size_t n_before;

        /* What it gives. */
        int r;
        int trigger_r; /* of the request for udev */
        DeviceList devices;
        DeviceAnswer *answers; /* sorted; the owner may take them */
        size_t n_answers;
        ServedAnew *changed;
        size_t n_changed;
        size_t capacity;
        bool is_truncated;
} DevicesJob;

void devices_job_run(Job *job);
void devices_job_free(DevicesJob *job);
