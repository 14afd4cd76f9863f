/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modprobe-job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "dependencies.h"
#include "fd.h"
#include "wire.h"

#define SOFT (DEPENDENCY_SOFT_PRE | DEPENDENCY_SOFT_POST)

_Static_assert((int) PROBE_NO_SOFT == (int) DEPMOD1_RESOLVE_NO_SOFT &&
                       (int) PROBE_NO_BUILTIN == (int) DEPMOD1_RESOLVE_NO_BUILTIN &&
                       (int) PROBE_WEAK == (int) DEPMOD1_RESOLVE_WEAK &&
                       (int) PROBE_BLACKLIST == (int) DEPMOD1_RESOLVE_BLACKLIST,
               "flags have the same numbers on the bus");

static void run(Job *userdata) {
        ModprobeJob *job = (ModprobeJob *) userdata;
        const Settings *settings = job->settings;
        bool has_config =
                job->work != modprobe_job_resolve || !(job->flags & DEPMOD1_RESOLVE_NO_CONFIG);

        job->r = 0;
        if (has_config)
                job->r = modprobe_config_read(&job->config,
                                              (const char *const *) settings->modprobe_paths,
                                              settings->command_line_path);
        if (job->r >= 0)
                job->r = prober_new(&job->prober, job->snapshot->lookup, &job->config);
        if (job->r >= 0)
                job->r = job->work(job);
}

int modprobe_job_new(ModprobeJob **ret_job, Snapshot *snapshot, const Settings *settings) {
        ModprobeJob *job = calloc(1, sizeof(*job));

        if (!job)
                return -ENOMEM;

        job->r = -ECANCELED;
        job->job.run = run;
        job->job.can_wait = true;
        job->snapshot = snapshot_ref(snapshot);
        job->settings = settings;
        *ret_job = job;
        return 0;
}

void modprobe_job_free(ModprobeJob *job) {
        if (!job)
                return;

        blocked_done(&job->blocked);
        chain_done(&job->chain);
        pullers_done(&job->pullers);
        firmware_list_done(&job->firmware);
        probe_closure_done(&job->closure);
        pulls_done(&job->pulls);
        prober_free(job->prober);
        modprobe_config_done(&job->config);
        snapshot_unref(job->snapshot);
        free(job);
}

static int find_firmware(ModprobeJob *job) {
        const ProbeClosure *closure = &job->closure;
        const Lookup *lookup = job->snapshot->lookup;
        _cleanup_close_ int fd =
                open(lookup_model(lookup)->tree.directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        int r = 0;

        for (uint32_t i = 0; r >= 0 && i < closure->count; i++) {
                const char *path = lookup_path(lookup, closure->steps[i].module);

                if (path[0] != '\0')
                        r = firmware_list_add_module(&job->firmware, fd, path, i);
                else
                        r = firmware_list_add_builtin(&job->firmware, fd, closure->steps[i].name,
                                                      i);
        }

        return r < 0 ? r : firmware_list_locate(&job->firmware, job->settings->root, job->release);
}

int modprobe_job_resolve(ModprobeJob *job) {
        int r = probe_closure_find(job->prober, job->names, job->n_names, (unsigned) job->flags,
                                   &job->closure);

        if (r < 0 || !(job->flags & DEPMOD1_RESOLVE_FIRMWARE))
                return r;
        return find_firmware(job);
}

static unsigned kinds_of(uint64_t flags) {
        unsigned kinds = DEPENDENCY_HARD;

        if (flags & DEPMOD1_DEPENDENCIES_SOFT)
                kinds |= SOFT;
        if (flags & DEPMOD1_DEPENDENCIES_WEAK)
                kinds |= DEPENDENCY_WEAK;
        return kinds;
}

int modprobe_job_pull(ModprobeJob *job) {
        int r = pulls_build(&job->pulls, job->prober);

        return r < 0 ? r
                     : pullers_find(&job->pulls, job->module, kinds_of(job->flags), &job->pullers);
}

int modprobe_job_chain(ModprobeJob *job) {
        int r = pulls_build(&job->pulls, job->prober);

        return r < 0 ? r
                     : chain_find(job->snapshot->lookup, &job->pulls, job->module, job->other,
                                  kinds_of(job->flags), &job->chain);
}

int modprobe_job_block(ModprobeJob *job) {
        int r = pulls_build(&job->pulls, job->prober);

        return r < 0 ? r : blocked_find(job->prober, &job->pulls, job->module, &job->blocked);
}
