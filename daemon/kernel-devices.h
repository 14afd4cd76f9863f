/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "devices-job.h"

typedef struct Kernel Kernel;

/*
 * What is known of the devices of the machine and the published modules that serve them. It is part
 * of the kernel, and empty for one that does not run.
 */
typedef struct KernelDevices {
        DevicesJob *job;       /* the one that is at work, or NULL */
        Snapshot *published;   /* to be looked at when that is done, or NULL */
        DeviceAnswer *answers; /* sorted; NULL: nothing is known yet */
        size_t n_answers;
        DevicesJob *news; /* what has changed, until others have been told; or NULL */
} KernelDevices;

/* The snapshot has been published: looks whether devices are served by other modules now. */
void kernel_look_at_devices(Kernel *kernel, Snapshot *snapshot);

/* Others have been told. */
void kernel_forget_devices_news(Kernel *kernel);

/* The kernel goes. Its job is done by now. */
void kernel_devices_done(KernelDevices *devices);
