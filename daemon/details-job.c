/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "details-job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "fd.h"

int details_job_new(DetailsJob **ret_job, Snapshot *snapshot) {
        DetailsJob *job = calloc(1, sizeof(*job));

        if (!job)
                return -ENOMEM;

        job->r = -ECANCELED;
        job->job.run = details_job_run;
        job->job.can_wait = true;
        job->snapshot = snapshot_ref(snapshot);
        *ret_job = job;
        return 0;
}

int details_job_add_export(DetailsJob *job, const char *path, const char *symbol) {
        if (ARRAY_RESERVE(job->exports, job->exports_capacity, job->n_exports + 1) < 0)
                return -ENOMEM;

        job->exports[job->n_exports++] = (DetailsExport){ .path = path, .symbol = symbol };
        return 0;
}

ModuleExport details_job_export(const DetailsJob *job, const char *path, const char *symbol) {
        for (size_t i = 0; job && i < job->n_exports; i++) {
                const DetailsExport *export = &job->exports[i];

                if (export->export.kind && strcmp(export->path, path) == 0 &&
                    strcmp(export->symbol, symbol) == 0)
                        return export->export;
        }

        return (ModuleExport){ .kind = "" };
}

void details_job_run(Job *userdata) {
        DetailsJob *job = (DetailsJob *) userdata;
        _cleanup_close_ int fd =
                open(job->snapshot->model.tree.directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

        job->r = job->path ? module_details_read(fd, job->path, &job->details) : 0;
        for (size_t i = 0; i < job->n_exports; i++)
                (void) module_export_read(fd, job->exports[i].path, job->exports[i].symbol,
                                          &job->exports[i].export);
}

void details_job_free(DetailsJob *job) {
        if (!job)
                return;

        for (size_t i = 0; i < job->n_exports; i++)
                module_export_done(&job->exports[i].export);
        module_details_done(&job->details);
        free(job->exports);
        snapshot_unref(job->snapshot);
        free(job);
}
