/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "states-job.h"

static void on_looked(Job *done) {
        question_done_working(((StatesJob *) done)->userdata);
}

static void free_task(void *task) {
        states_job_free(task);
}

/* What is loaded is of the running kernel, or of the one whose sysfs was given. */
static bool has_loaded(const Question *question) {
        const Manager *manager = question->bus->manager;

        return manager->settings->is_sysfs_given ||
               strcmp(question->release, manager->running_release) == 0;
}

static int start(Question *question, Kernel *kernel, char *const *names) {
        StatesJob *job;
        int r = states_job_new(&job);

        if (r < 0)
                return r;

        job->snapshot = question->snapshot;
        job->names = names;
        job->settings = kernel->site->settings;
        job->has_loaded = has_loaded(question);
        job->userdata = question;
        job->job.on_done = on_looked;
        question->task = job;
        question->free_task = free_task;
        jobs_add(kernel->site->jobs, &job->job);
        return 1;
}

int work_get_module_states(Question *question, Kernel *kernel, sd_bus_error *error) {
        (void) error;
        return start(question, kernel, question->names);
}

int work_list_devices(Question *question, Kernel *kernel, sd_bus_error *error) {
        (void) error;
        return start(question, kernel, NULL);
}

/* Name, path and state of a module, which may be none. */
static int append_row(Question *question, sd_bus_message *reply, const StateRow *row) {
        const Lookup *lookup = question_lookup(question);
        bool is_there = row->module != STATES_NO_MODULE;
        int r;

        r = question_append(question, reply, is_there ? lookup_name(lookup, row->module) : "");
        if (r >= 0)
                r = question_append(question, reply,
                                    is_there ? lookup_path(lookup, row->module) : "");
        return r < 0 ? r : question_append(question, reply, module_state_code(row->state));
}

/* a(ssss): the name that was asked for, module, path, state */
int answer_get_module_states(Question *question, sd_bus_message *reply, Kernel *kernel,
                             sd_bus_error *error) {
        const StatesJob *job = question->task;
        int r = job->r;

        (void) kernel;
        (void) error;
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssss)");
        for (size_t i = 0; r >= 0 && i < job->n_rows; i++) {
                r = sd_bus_message_open_container(reply, 'r', "ssss");
                if (r >= 0)
                        r = question_append(question, reply, question->names[i]);
                if (r >= 0)
                        r = append_row(question, reply, &job->rows[i]);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}

/* (ssa(sss)s): device, modalias, modules, the module that drives it */
static int append_device(Question *question, sd_bus_message *reply, const StatesJob *job,
                         size_t i) {
        const Device *device = &job->devices.items[i];
        int r;

        r = sd_bus_message_open_container(reply, 'r', "ssa(sss)s");
        if (r >= 0)
                r = question_append(question, reply, device->path);
        if (r >= 0)
                r = question_append(question, reply, device->modalias);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(sss)");
        for (size_t k = 0; r >= 0 && k < job->served[i].count; k++) {
                r = sd_bus_message_open_container(reply, 'r', "sss");
                if (r >= 0)
                        r = append_row(question, reply, &job->rows[job->served[i].first + k]);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        if (r >= 0)
                r = question_append(question, reply, device->driver);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int answer_list_devices(Question *question, sd_bus_message *reply, Kernel *kernel,
                        sd_bus_error *error) {
        const StatesJob *job = question->task;
        int r = job->r;

        (void) kernel;
        if (r < 0 && r != -ENOMEM && r != -ECANCELED)
                return sd_bus_error_setf(error, SD_BUS_ERROR_FAILED,
                                         "Cannot look for devices in %s: %s", job->settings->sysfs,
                                         strerror(-r));
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssa(sss)s)");
        for (size_t i = 0; r >= 0 && i < job->devices.count; i++)
                r = append_device(question, reply, job, i);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}
