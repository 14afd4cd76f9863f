/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernels-job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "candidate-reader.h"
#include "fd.h"

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

static bool comes_with_kernel(const char *path) {
        const char *directory = "kernel/";

        return strncmp(path, directory, strlen(directory)) == 0;
}

static int find_carried(KernelsJob *job) {
        const Lookup *old = job->old->lookup;
        const Tree *tree = &job->old->model.tree;
        uint32_t found;
        int r;

        job->carried = calloc(tree->count + 1, sizeof(Carried));
        if (!job->carried)
                return -ENOMEM;

        for (uint32_t m = 0; m < tree->count; m++) {
                if (comes_with_kernel(lookup_path(old, m)))
                        continue;
                r = lookup_find_name(job->new->lookup, lookup_name(old, m), &found);
                if (r < 0)
                        return r;
                job->carried[job->n_carried++] = (Carried){ .module = m, .is_present = r == 0 };
        }

        return 0;
}

/*
 * The files are read here and not by the process for files of others: they are installed, so the
 * daemon has read each of them before.
 */
static int read_carried(KernelsJob *job, uint32_t *ret_n_candidates) {
        _cleanup_(candidate_reader_freep) CandidateReader *reader = NULL;
        _cleanup_close_ int fd = -1;
        Buffer *record = &job->check->record;
        uint32_t n_candidates = 0;
        int r;

        r = candidate_reader_new(&reader);
        if (r < 0)
                return r;
        fd = open(job->old->model.tree.directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

        for (size_t i = 0; i < job->n_carried; i++) {
                Carried *carried = &job->carried[i];

                if (carried->is_present)
                        continue;
                r = candidate_read_at(reader, fd, lookup_path(job->old->lookup, carried->module),
                                      record);
                if (r < 0)
                        return r;
                carried->candidate = n_candidates++;
        }

        candidate_put(record, 'Z', "", 0);
        *ret_n_candidates = n_candidates;
        return buffer_error(record);
}

/* As all of them were installed for the new kernel. */
static int judge_carried(KernelsJob *job) {
        uint32_t n_candidates = 0;
        int r;

        r = find_carried(job);
        if (r >= 0)
                r = read_carried(job, &n_candidates);
        if (r < 0 || n_candidates == 0)
                return r;

        return check_job_judge(job->check);
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
                job->r = judge_carried(job);
        if (job->r >= 0)
                job->r = compare_devices(job);
}

int kernels_job_new(KernelsJob **ret_job, const Snapshot *old, Snapshot *new) {
        _cleanup_(kernels_job_freep) KernelsJob *job = calloc(1, sizeof(*job));
        int r;

        if (!job)
                return -ENOMEM;

        job->r = -ECANCELED;
        job->job.run = run;
        job->job.can_wait = true;
        job->old = old;
        job->new = new;
        r = check_job_new(&job->check, new, 0, 0);
        if (r < 0)
                return r;

        *ret_job = TAKE_PTR(job);
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
        free(job->carried);
        check_job_free(job->check);
        kernel_changes_done(&job->aliases);
        kernel_changes_done(&job->symbols);
        kernel_changes_done(&job->modules);
        free(job);
}

const char *carried_verdict(const KernelsJob *job, const Carried *carried) {
        if (carried->is_present)
                return "present";

        return check_verdict_name(job->check->results.items[carried->candidate].together);
}

const char *device_change_code(const DeviceChange *change) {
        return change->new.count == 0 ? "lost" : change->old.count == 0 ? "gained" : "changed";
}
