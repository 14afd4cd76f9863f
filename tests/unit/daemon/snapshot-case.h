/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <errno.h>

#include "kernel-files.h"
#include "refresh-job.h"
#include "test-case.h"

#define _cleanup_snapshot_ _cleanup_(snapshot_unrefp)

static inline RefreshJob *refresh_job_of(Snapshot *known) {
        static const char *const config_paths[] = { "depmod.d", NULL };
        RefreshJob *job = calloc(1, sizeof(*job));

        assert_non_null(job);
        *job = (RefreshJob){ .directory = KERNEL,
                             .version = "1.0",
                             .config_paths = config_paths,
                             .n_workers = 2,
                             .known = snapshot_ref(known) };
        return job;
}

/* What the job makes of the directory, here and now. */
static inline Snapshot *snapshot_take(Snapshot *known) {
        RefreshJob *job = refresh_job_of(known);
        Snapshot *snapshot;

        refresh_job_run(&job->job);
        assert_int_equal(job->r, 0);
        snapshot = snapshot_ref(job->snapshot);
        refresh_job_free(job);
        return snapshot;
}
