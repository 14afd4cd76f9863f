/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "details-job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "fd.h"

int details_job_new(DetailsJob **ret_job, Snapshot *snapshot, size_t n_paths) {
        _cleanup_(details_job_freep) DetailsJob *job = calloc(1, sizeof(*job));

        if (!job)
                return -ENOMEM;

        job->r = -ECANCELED;
        job->job.run = details_job_run;
        job->job.can_wait = true;
        job->snapshot = snapshot_ref(snapshot);
        job->paths = calloc(n_paths + 1, sizeof(char *));
        job->exports = calloc(n_paths + 1, sizeof(ModuleExport));
        if (!job->paths || !job->exports)
                return -ENOMEM;

        *ret_job = TAKE_PTR(job);
        return 0;
}

void details_job_run(Job *userdata) {
        DetailsJob *job = (DetailsJob *) userdata;
        _cleanup_close_ int fd =
                open(job->snapshot->model.tree.directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

        if (!job->symbol) {
                job->r = module_details_read(fd, job->paths[0], &job->details);
                return;
        }

        job->r = 0;
        for (size_t i = 0; i < job->n_paths; i++)
                (void) module_export_read(fd, job->paths[i], job->symbol, &job->exports[i]);
}

void details_job_free(DetailsJob *job) {
        if (!job)
                return;

        for (size_t i = 0; job->exports && i < job->n_paths; i++)
                module_export_done(&job->exports[i]);
        module_details_done(&job->details);
        free(job->exports);
        free(job->paths);
        free(job->symbol);
        snapshot_unref(job->snapshot);
        free(job);
}
