/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "answers.h"
#include "fd.h"

static void on_compared(Job *done) {
        PublishJob *job = (PublishJob *) done;

        question_done_working(job->userdata);
}

int work_compare(Question *question, Kernel *kernel, sd_bus_error *error) {
        PublishJob *job = calloc(1, sizeof(*job));

        (void) error;
        if (!job)
                return -ENOMEM;

        *job = (PublishJob){
                .job = { .run = publish_job_run, .on_done = on_compared, .can_wait = true },
                .userdata = question,
                .r = -ECANCELED,
                .directory = question->snapshot->model.tree.directory,
                .snapshot = snapshot_ref(question->snapshot),
                .n_workers = kernel->site->settings->n_workers,
                .dry_run = true,
        };
        question->comparison = job;
        jobs_add(kernel->site->jobs, &job->job);
        return 1;
}

static int find_output(const char *name, OutputKind *ret_kind) {
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if (strcmp(output_name(i), name) == 0) {
                        *ret_kind = i;
                        return 0;
                }
        }

        return -EINVAL;
}

int work_get_index(Question *question, Kernel *kernel, sd_bus_error *error) {
        OutputKind kind;

        if (find_output(question->name, &kind) < 0)
                return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                                         "'%s' is no index file; modules.dep is one",
                                         question->name);

        return work_compare(question, kernel, error);
}

static const char *name_of_state(FileState state) {
        switch (state) {
        case FILE_MISSING:
                return "missing";
        case FILE_DIFFERENT:
                return "changed";
        case FILE_EQUIVALENT:
                return "foreign";
        default:
                return "same";
        }
}

/* Sorted lines that the one has and the other has not say how many were added and removed. */
int answer_diff(Question *question, sd_bus_message *reply, Kernel *kernel, sd_bus_error *error) {
        const PublishJob *job = question->comparison;
        int r = job->r;

        (void) kernel;
        (void) error;
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssttuu)");
        for (size_t i = 0; r >= 0 && i < OUTPUT_KINDS; i++)
                r = sd_bus_message_append(
                        reply, "(ssttuu)", output_name(i), name_of_state(job->states[i]),
                        job->old_sizes[i], (uint64_t) job->outputs.files[i].size,
                        job->differences[i].n_added, job->differences[i].n_removed);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}

static int append_finding(sd_bus_message *reply, const PublishJob *job, OutputKind kind) {
        _cleanup_buffer_ Buffer text = {};

        file_flaw_append(job->flaws[kind], &job->touched[kind], &text);
        if (buffer_error(&text) < 0)
                return buffer_error(&text);
        return sd_bus_message_append(reply, "(ss)", output_name(kind), text.data);
}

int answer_verify(Question *question, sd_bus_message *reply, Kernel *kernel, sd_bus_error *error) {
        const PublishJob *job = question->comparison;
        int is_intact = true, r = job->r;

        (void) kernel;
        (void) error;
        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                is_intact = is_intact && job->flaws[i] == FLAW_NONE;

        if (r >= 0)
                r = sd_bus_message_append(reply, "b", is_intact);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ss)");
        for (size_t i = 0; r >= 0 && i < OUTPUT_KINDS; i++) {
                if (job->flaws[i] != FLAW_NONE)
                        r = append_finding(reply, job, i);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* Sealed, so that whoever gets it can map it without fear. */
static int make_memfd(const char *name, const Buffer *bytes) {
        _cleanup_close_ int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        int r;

        if (fd < 0)
                return -errno;
        r = fd_write_all(fd, bytes->data, bytes->size);
        if (r < 0)
                return r;
        if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0 ||
            lseek(fd, 0, SEEK_SET) < 0)
                return -errno;

        return fd_take(&fd);
}

int answer_get_index(Question *question, sd_bus_message *reply, Kernel *kernel,
                     sd_bus_error *error) {
        const PublishJob *job = question->comparison;
        _cleanup_close_ int fd = -1;
        const Buffer *file;
        OutputKind kind = OUTPUT_DEP;
        int r;

        (void) kernel;
        if (job->r < 0)
                return job->r;
        if (sd_bus_can_send(sd_bus_message_get_bus(reply), 'h') <= 0)
                return sd_bus_error_set(error, SD_BUS_ERROR_NOT_SUPPORTED,
                                        "No descriptors can be passed over this connection");

        (void) find_output(question->name, &kind);
        file = &job->outputs.files[kind];
        fd = make_memfd(question->name, file);
        if (fd < 0)
                return fd;

        r = sd_bus_message_append(reply, "ht", fd, (uint64_t) file->size);
        return r < 0 ? r : question_append_generation(question, reply);
}
