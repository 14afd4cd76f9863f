/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-devices.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "log.h"

static void start(Kernel *kernel);

/* Takes what is known from now on. */
static void take(Kernel *kernel, DevicesJob *job) {
        KernelDevices *devices = &kernel->devices;

        free(devices->answers);
        devices->answers = TAKE_PTR(job->answers);
        devices->n_answers = job->n_answers;
        if (job->trigger_r < 0)
                log_about(&(LogSubject){ .kernel = kernel->release }, LOG_WARNING,
                          "Cannot ask for udev to be told of %zu devices: %s", job->n_changed,
                          strerror(-job->trigger_r));
        if (job->n_changed == 0) {
                devices_job_free(job);
                return;
        }

        log_about(
                &(LogSubject){ .kernel = kernel->release, .generation = job->snapshot->generation },
                LOG_INFO, "Other modules serve %zu devices of this machine", job->n_changed);
        /* What others have not been told yet is of an earlier generation, and news no more. */
        devices_job_free(devices->news);
        devices->news = job;
}

static void on_done(Job *done) {
        DevicesJob *job = (DevicesJob *) done;
        Kernel *kernel = job->userdata;

        kernel->devices.job = NULL;
        /* A machine without sysfs has no devices; it is looked for again after the next change. */
        if (job->r >= 0)
                take(kernel, job);
        else
                devices_job_free(job);

        if (kernel->devices.published && !kernel->site->is_stopping)
                start(kernel);
        kernel->site->request_turn(kernel->site->userdata);
}

static void start(Kernel *kernel) {
        const Settings *settings = kernel->site->settings;
        KernelDevices *devices = &kernel->devices;
        DevicesJob *job = calloc(1, sizeof(*job));

        if (!job)
                return;

        *job = (DevicesJob){
                .job = { .run = devices_job_run, .on_done = on_done, .can_wait = true },
                .userdata = kernel,
                .snapshot = TAKE_PTR(devices->published),
                .release = kernel->release,
                .sysfs = settings->sysfs,
                .root = settings->root,
                .trigger_udev = settings->trigger_udev,
                .before = devices->answers,
                .n_before = devices->n_answers,
                .r = -ECANCELED,
        };
        devices->job = job;
        jobs_add(kernel->site->jobs, &job->job);
}

void kernel_look_at_devices(Kernel *kernel, Snapshot *snapshot) {
        bool is_machines = kernel->site->settings->is_sysfs_given ||
                           strcmp(kernel->release, kernel->site->running_release) == 0;

        if (!is_machines || !kernel->site->is_background)
                return;

        snapshot_unref(kernel->devices.published);
        kernel->devices.published = snapshot_ref(snapshot);
        if (!kernel->devices.job)
                start(kernel);
}

void kernel_forget_devices_news(Kernel *kernel) {
        devices_job_free(kernel->devices.news);
        kernel->devices.news = NULL;
}

void kernel_devices_done(KernelDevices *devices) {
        devices_job_free(devices->news);
        snapshot_unref(devices->published);
        free(devices->answers);
        *devices = (KernelDevices){};
}
