/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernels-job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_same_answer(const Resolutions *a, const Resolutions *b) {
        if (a->count != b->count)
                return false;

        for (size_t i = 0; i < a->count; i++) {
                if (strcmp(a->items[i].name, b->items[i].name) != 0)
                        return false;
        }

        return true;
}

/* A device may say anything: an alias that makes no sense is nobody's. */
static int resolve(const Lookup *lookup, const char *modalias, Resolutions *ret_found) {
        int r = resolve_alias(lookup, modalias, RESOLVE_MODPROBE, ret_found);

        return r == -EINVAL ? 0 : r;
}

static int compare_device(KernelsJob *job, const Device *device) {
        _cleanup_resolutions_ Resolutions old = {}, new = {};
        int r;

        r = resolve(job->old->lookup, device->modalias, &old);
        if (r >= 0)
                r = resolve(job->new->lookup, device->modalias, &new);
        if (r < 0 || is_same_answer(&old, &new))
                return r;

        job->device_changes[job->n_device_changes++] = (DeviceChange){ device, old, new };
        old = new = (Resolutions){};
        return 0;
}

/* Where there is no sysfs, as in a chroot, there are no devices. */
static int compare_devices(KernelsJob *job) {
        int r = device_list_read(&job->devices, job->sysfs);

        if (r == -ENOMEM)
                return r;
        job->device_changes = calloc(job->devices.count + 1, sizeof(DeviceChange));
        if (!job->device_changes)
                return -ENOMEM;

        r = 0;
        for (size_t i = 0; r >= 0 && i < job->devices.count; i++)
                r = compare_device(job, &job->devices.items[i]);
        return r;
}

static void run(Job *userdata) {
        KernelsJob *job = (KernelsJob *) userdata;
        const Lookup *old = job->old->lookup, *new = job->new->lookup;

        job->r = kernel_changes_of_modules(old, new, &job->modules);
        if (job->r >= 0)
                job->r = kernel_changes_of_symbols(old, new, &job->symbols);
        if (job->r >= 0)
                job->r = kernel_changes_of_aliases(old, new, &job->aliases);
        if (job->r >= 0)
                job->r = carry_over_find(old, new, job->release, &job->over);
        if (job->r >= 0)
                job->r = compare_devices(job);
}

int kernels_job_new(KernelsJob **ret_job, const char *release) {
        KernelsJob *job = calloc(1, sizeof(*job));

        if (!job)
                return -ENOMEM;

        job->r = -ECANCELED;
        job->job.run = run;
        job->job.can_wait = true;
        job->release = strdup(release);
        if (!job->release) {
                free(job);
                return -ENOMEM;
        }

        *ret_job = job;
        return 0;
}

void kernels_job_free(KernelsJob *job) {
        if (!job)
                return;

        for (size_t i = 0; i < job->n_device_changes; i++) {
                resolutions_done(&job->device_changes[i].old);
                resolutions_done(&job->device_changes[i].new);
        }
        free(job->device_changes);
        device_list_done(&job->devices);
        carry_over_done(&job->over);
        kernel_changes_done(&job->aliases);
        kernel_changes_done(&job->symbols);
        kernel_changes_done(&job->modules);
        free(job->release);
        free(job);
}

const char *device_change_code(const DeviceChange *change) {
        return change->new.count == 0 ? "lost" : change->old.count == 0 ? "gained" : "changed";
}
