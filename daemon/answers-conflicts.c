/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "answers.h"
#include "conflicts.h"
#include "shadowed.h"

/* An array of (ssss), of which `texts` gives one. */
static int append_texts(Question *question, sd_bus_message *reply, const char *const texts[4]) {
        int r;

        r = sd_bus_message_open_container(reply, 'r', "ssss");
        for (size_t i = 0; r >= 0 && i < 4; i++)
                r = question_append(question, reply, texts[i]);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int answer_list_shadowed(Question *question, sd_bus_message *reply, Kernel *kernel,
                         sd_bus_error *error) {
        _cleanup_shadowed_list_ ShadowedList list = {};
        int r;

        (void) kernel;
        (void) error;
        r = shadowed_find(question_lookup(question), &question->snapshot->problems, &list);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssss)");
        for (size_t i = 0; r >= 0 && i < list.count; i++) {
                const Shadowed *one = &list.items[i];
                const char *const texts[] = { one->name, one->path, one->winner, one->rule };

                r = append_texts(question, reply, texts);
        }
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}

/* The job that finds conflicts. The question holds the snapshot. */
typedef struct ConflictsJob {
        Job job;
        Question *question;
        const Lookup *lookup;
        KernelBuildSearch build;
        int r;
        Conflicts conflicts;
} ConflictsJob;

static void conflicts_job_free(void *task) {
        ConflictsJob *job = task;

        conflicts_done(&job->conflicts);
        kernel_build_search_done(&job->build);
        free(job);
}

static void find(Job *userdata) {
        ConflictsJob *job = (ConflictsJob *) userdata;

        job->r = kernel_build_search(&job->build);
        if (job->r >= 0)
                job->r = conflicts_find(job->lookup, kernel_build_search_exports(&job->build),
                                        &job->conflicts);
}

static void on_found(Job *done) {
        ConflictsJob *job = (ConflictsJob *) done;

        answer_keep_build(&job->build, job->question->bus->manager);
        question_done_working(job->question);
}

int work_list_conflicts(Question *question, Kernel *kernel, sd_bus_error *error) {
        ConflictsJob *job = calloc(1, sizeof(*job));

        (void) error;
        if (!job)
                return -ENOMEM;

        *job = (ConflictsJob){ .job = { .run = find, .on_done = on_found, .can_wait = true },
                               .question = question,
                               .lookup = question_lookup(question),
                               .r = -ECANCELED };
        answer_aim_build(&job->build, question->bus->manager, kernel, question->snapshot,
                         question->release);
        question->task = job;
        question->free_task = conflicts_job_free;
        jobs_add(kernel->site->jobs, &job->job);
        return 1;
}

int answer_list_conflicts(Question *question, sd_bus_message *reply, Kernel *kernel,
                          sd_bus_error *error) {
        const ConflictsJob *job = question->task;
        int r = job->r;

        (void) kernel;
        (void) error;
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssss)");
        for (size_t i = 0; r >= 0 && i < job->conflicts.count; i++) {
                const Conflict *one = &job->conflicts.items[i];
                const char *const texts[] = { conflict_code(one->kind), one->name, one->path,
                                              one->winner };

                r = append_texts(question, reply, texts);
        }
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}
