/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "states-job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "array.h"
#include "blocked.h"
#include "fd.h"

static int add_row(StatesJob *job, StateRow row) {
        if (ARRAY_RESERVE(job->rows, job->capacity, job->n_rows + 1) < 0)
                return -ENOMEM;

        job->rows[job->n_rows++] = row;
        return 0;
}

static int add_name(StatesJob *job, const StateSource *source, const char *name) {
        StateRow row = { .module = STATES_NO_MODULE };
        int r;

        r = lookup_find(source->lookup, name, &row.module);
        if (r == 0)
                row.state = module_state_of(source, row.module);
        else if (r == LOOKUP_NOT_FOUND)
                r = module_state_of_missing(source, name, &row.state);
        return r < 0 ? r : add_row(job, row);
}

static int add_device(StatesJob *job, const StateSource *source, size_t i) {
        _cleanup_resolutions_ Resolutions found = {};
        int r;

        job->served[i].first = job->n_rows;
        r = resolve_alias(source->lookup, job->devices.items[i].modalias, RESOLVE_MODPROBE, &found);
        if (r == -EINVAL)
                return 0; /* a device may say anything */
        for (size_t k = 0; r >= 0 && k < found.count; k++)
                r = add_row(job,
                            (StateRow){ .module = found.items[k].module,
                                        .state = module_state_of(source, found.items[k].module) });
        job->served[i].count = job->n_rows - job->served[i].first;
        return r;
}

static int add_devices(StatesJob *job, const StateSource *source) {
        int r;

        r = device_list_read(&job->devices, job->settings->sysfs);
        if (r < 0)
                return r;
        job->served = calloc(job->devices.count + 1, sizeof(ServedDevice));
        if (!job->served)
                return -ENOMEM;

        for (size_t i = 0; r >= 0 && i < job->devices.count; i++)
                r = add_device(job, source, i);
        return r;
}

/* Modules on disk that modprobe would not load in any way. */
static int find_blocked(StatesJob *job) {
        _cleanup_modprobe_config_ ModprobeConfig config = {};
        _cleanup_(prober_freep) Prober *prober = NULL;
        _cleanup_pulls_ Pulls pulls = {};
        int r;

        r = modprobe_config_read(&config, (const char *const *) job->settings->modprobe_paths,
                                 job->settings->command_line_path);
        if (r >= 0)
                r = prober_new(&prober, job->snapshot->lookup, &config);
        if (r >= 0)
                r = pulls_build(&pulls, prober);

        for (size_t i = 0; r >= 0 && i < job->n_rows; i++) {
                _cleanup_blocked_ Blocked blocked = {};

                if (job->rows[i].state != MODULE_ON_DISK)
                        continue;
                r = blocked_find(prober, &pulls, job->rows[i].module, &blocked);
                if (r >= 0 && blocked.verdict == BLOCKED_FULLY)
                        job->rows[i].state = MODULE_BLOCKED;
        }

        return r < 0 ? r : 0;
}

static void run(Job *userdata) {
        StatesJob *job = (StatesJob *) userdata;
        _cleanup_close_ int fd =
                open(job->snapshot->model.tree.directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        /* The files of all devices' modules would take longer to read than the answer is worth. */
        const StateSource source = { .lookup = job->snapshot->lookup,
                                     .sysfs = job->has_loaded ? job->settings->sysfs : NULL,
                                     .dir_fd = job->names ? fd : -1 };

        job->r = job->names ? 0 : add_devices(job, &source);
        for (char *const *name = job->names; job->r >= 0 && name && *name; name++)
                job->r = add_name(job, &source, *name);
        if (job->r >= 0 && job->names)
                job->r = find_blocked(job);
}

int states_job_new(StatesJob **ret_job) {
        StatesJob *job = calloc(1, sizeof(*job));

        if (!job)
                return -ENOMEM;

        job->r = -ECANCELED;
        job->job.run = run;
        job->job.can_wait = true;
        *ret_job = job;
        return 0;
}

void states_job_free(StatesJob *job) {
        if (!job)
                return;

        device_list_done(&job->devices);
        free(job->served);
        free(job->rows);
        free(job);
}
