/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "candidate-reader.h"
#include "fd.h"

struct CheckDescription {
        CheckDescription *next;
        Buffer record;
        Candidates candidates; /* one */
};

/* What is needed to look into modules of the kernel, once one is to be looked into. */
typedef struct Describer {
        CheckJob *job;
        CandidateReader *reader;
        int directory_fd;
} Describer;

static void describer_done(Describer *describer) {
        candidate_reader_free(describer->reader);
        closep(&describer->directory_fd);
}

int check_job_new(CheckJob **ret_job, Snapshot *snapshot, size_t n_files, size_t n_others) {
        _cleanup_(check_job_freep) CheckJob *job = calloc(1, sizeof(*job));

        if (!job)
                return -ENOMEM;

        job->r = -ECANCELED;
        job->job.run = check_job_run;
        job->job.can_wait = true;
        job->snapshot = snapshot_ref(snapshot);
        job->work.directory_fd = -1;
        job->files = calloc(n_files + 1, sizeof(CheckFile));
        job->others = calloc(n_others + 1, sizeof(Snapshot *));
        if (!job->files || !job->others)
                return -ENOMEM;

        job->work.files = job->files;
        *ret_job = TAKE_PTR(job);
        return 0;
}

static void description_free(CheckDescription *description) {
        candidates_done(&description->candidates);
        buffer_done(&description->record);
        free(description);
}

void check_job_free(CheckJob *job) {
        if (!job)
                return;

        while (job->descriptions) {
                CheckDescription *first = job->descriptions;

                job->descriptions = first->next;
                description_free(first);
        }
        for (size_t i = 0; i < job->n_others; i++)
                snapshot_unref(job->others[i]);
        free(job->others);
        free(job->files);
        check_results_done(&job->results);
        candidates_done(&job->candidates);
        buffer_done(&job->record);
        kernel_build_search_done(&job->build);
        snapshot_unref(job->snapshot);
        free(job);
}

static int read_description(Describer *describer, const char *path, CheckDescription *description) {
        int r;

        if (!describer->reader) {
                r = candidate_reader_new(&describer->reader);
                if (r < 0)
                        return r;
                describer->directory_fd = open(describer->job->snapshot->model.tree.directory,
                                               O_PATH | O_DIRECTORY | O_CLOEXEC);
        }

        r = candidate_read_at(describer->reader, describer->directory_fd, path,
                              &description->record);
        if (r < 0)
                return r;
        candidate_put(&description->record, 'Z', "", 0);
        if (buffer_error(&description->record) < 0)
                return -ENOMEM;

        return candidates_parse(&description->candidates, description->record.data,
                                description->record.size);
}

static const Candidate *describe(void *userdata, const char *path) {
        Describer *describer = userdata;
        CheckDescription *description = calloc(1, sizeof(*description));

        if (!description)
                return NULL;
        if (read_description(describer, path, description) < 0 ||
            description->candidates.items[0].error != 0) {
                description_free(description);
                return NULL;
        }

        description->next = describer->job->descriptions;
        describer->job->descriptions = description;
        return &description->candidates.items[0];
}

static const char *release_of(const Snapshot *snapshot) {
        const char *slash = strrchr(snapshot->model.tree.directory, '/');

        return slash ? slash + 1 : snapshot->model.tree.directory;
}

static int compare(CheckJob *job) {
        _cleanup_(describer_done) Describer describer = { .job = job, .directory_fd = -1 };
        _cleanup_free_ CheckOther *others = calloc(job->n_others + 1, sizeof(CheckOther));
        _cleanup_config_ Config config = {};
        int r;

        if (!others)
                return -ENOMEM;
        for (size_t i = 0; i < job->n_others; i++)
                others[i] = (CheckOther){ release_of(job->others[i]), job->others[i]->lookup };
        r = config_read(&config, job->config_paths, job->build.place.release, NULL);
        if (r < 0)
                return r;

        return check_candidates(&(CheckInput){ .candidates = &job->candidates,
                                               .removals = job->removals,
                                               .lookup = job->snapshot->lookup,
                                               .release = job->build.place.release,
                                               .exports = kernel_build_search_exports(&job->build),
                                               .config = &config,
                                               .rules = kernel_build_rules(&job->build.place),
                                               .others = others,
                                               .n_others = job->n_others,
                                               .describe = describe,
                                               .userdata = &describer },
                                &job->results);
}

int check_job_judge(CheckJob *job) {
        int r;

        r = candidates_parse(&job->candidates, job->record.data, job->record.size);
        if (r >= 0)
                r = kernel_build_search(&job->build);
        if (r >= 0)
                r = compare(job);
        return r;
}

void check_job_run(Job *userdata) {
        CheckJob *job = (CheckJob *) userdata;

        job->r = check_worker_read(&job->work, &job->record);
        if (job->r >= 0)
                job->r = check_job_judge(job);
}
