/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "devices-job.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "checksum.h"
#include "fd.h"
#include "state-directory.h"

#define REQUESTS "udev"
#define NEW_REQUEST ".udev.new"

static void append_part(Buffer *text, const char *part) {
        buffer_append(text, part, strlen(part) + 1);
}

static int compare(const void *x, const void *y) {
        const DeviceAnswer *a = x, *b = y;

        return a->device < b->device ? -1 : a->device > b->device;
}

/* A device that was not there before has not changed. */
static bool has_changed(const DevicesJob *job, const DeviceAnswer *answer) {
        const DeviceAnswer *before =
                job->before ? bsearch(answer, job->before, job->n_before, sizeof(*answer), compare)
                            : NULL;

        return before && before->modules != answer->modules;
}

static int look_at(DevicesJob *job, const Device *device, Buffer *scratch) {
        DeviceAnswer *answer = &job->answers[job->n_answers];
        _cleanup_resolutions_ Resolutions found = {};
        int r;

        r = resolve_alias(job->snapshot->lookup, device->modalias, RESOLVE_MODPROBE, &found);
        if (r < 0 && r != -EINVAL)
                return r;

        buffer_clear(scratch);
        append_part(scratch, device->path);
        append_part(scratch, device->modalias);
        if (buffer_error(scratch) < 0)
                return -ENOMEM;
        answer->device = checksum(scratch->data, scratch->size);
        buffer_clear(scratch);
        append_part(scratch, "");
        for (size_t i = 0; i < found.count; i++)
                append_part(scratch, found.items[i].name);
        if (buffer_error(scratch) < 0)
                return -ENOMEM;
        answer->modules = checksum(scratch->data, scratch->size);

        job->n_answers++;
        if (!has_changed(job, answer))
                return 0;
        if (job->n_changed == DEVICES_TOLD_MAX) {
                job->is_truncated = true;
                return 0;
        }
        if (ARRAY_RESERVE(job->changed, job->capacity, job->n_changed + 1) < 0)
                return -ENOMEM;
        job->changed[job->n_changed++] = (ServedAnew){ .device = device, .modules = found };
        found = (Resolutions){};
        return 0;
}

/* A file of its own, complete when it comes: whoever serves the requests removes it. */
static int request_trigger(const DevicesJob *job) {
        _cleanup_close_ int state_fd = state_directory_open(job->root), fd = -1;
        _cleanup_buffer_ Buffer lines = {};
        char name[NAME_MAX + 1];
        int r;

        for (size_t i = 0; i < job->n_changed; i++) {
                if (job->changed[i].modules.count > 0)
                        buffer_append_format(&lines, "%s\n", job->changed[i].device->path);
        }
        if (buffer_error(&lines) < 0)
                return -ENOMEM;
        if (lines.size == 0)
                return 0;
        if (state_fd < 0)
                return state_fd;
        if (mkdirat(state_fd, REQUESTS, 0700) < 0 && errno != EEXIST)
                return -errno;

        fd = openat(state_fd, NEW_REQUEST, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                    0600);
        if (fd < 0)
                return -errno;
        r = fd_write_all(fd, lines.data, lines.size);
        if (r < 0)
                return r;
        (void) snprintf(name, sizeof(name), REQUESTS "/%" PRIu64, job->snapshot->generation);
        return renameat(state_fd, NEW_REQUEST, state_fd, name) < 0 ? -errno : 0;
}

void devices_job_run(Job *userdata) {
        DevicesJob *job = (DevicesJob *) userdata;
        _cleanup_buffer_ Buffer scratch = {};

        job->r = device_list_read(&job->devices, job->sysfs);
        if (job->r < 0)
                return;
        job->answers = calloc(job->devices.count + 1, sizeof(DeviceAnswer));
        if (!job->answers) {
                job->r = -ENOMEM;
                return;
        }

        for (size_t i = 0; job->r >= 0 && i < job->devices.count; i++)
                job->r = look_at(job, &job->devices.items[i], &scratch);
        if (job->r < 0)
                return;
        if (job->n_answers > 0)
                qsort(job->answers, job->n_answers, sizeof(DeviceAnswer), compare);
        if (job->trigger_udev)
                job->trigger_r = request_trigger(job);
}

void devices_job_free(DevicesJob *job) {
        if (!job)
                return;

        for (size_t i = 0; i < job->n_changed; i++)
                resolutions_done(&job->changed[i].modules);
        free(job->changed);
        free(job->answers);
        device_list_done(&job->devices);
        snapshot_unref(job->snapshot);
        free(job);
}
