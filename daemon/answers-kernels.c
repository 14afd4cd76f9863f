/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "kernels-job.h"

/* Of the reasons of one kind for one module that many are told: enough to see what it lacks. */
#define ALIKE_MAX 3

static void on_compared(Job *done) {
        KernelsJob *job = (KernelsJob *) done;
        Question *question = job->userdata;

        answer_keep_build(&job->check->build, question->bus->manager);
        question_done_working(question);
}

static void free_task(void *task) {
        kernels_job_free(task);
}

static int fail_kernel(const Question *question, const char *release, sd_bus_error *error) {
        return sd_bus_error_setf(error, DEPMOD1_ERROR_NO_SUCH_KERNEL,
                                 "There is no kernel %s below %s", release,
                                 question->bus->manager->settings->modules_path);
}

/* The empty release is that of the running kernel. */
int prepare_diff_kernels(Question *question, sd_bus_error *error) {
        Manager *manager = question->bus->manager;

        for (char **release = question->releases; *release; release++) {
                if ((*release)[0] == '\0') {
                        free(*release);
                        *release = strdup(manager->running_release);
                        if (!*release)
                                return -ENOMEM;
                }
                if (!manager_find_kernel(manager, *release))
                        return fail_kernel(question, *release, error);
        }

        return 0;
}

static Snapshot *find_snapshot(const Question *question, const char *release) {
        const Kernel *kernel = manager_find_kernel(question->bus->manager, release);

        return kernel && kernel->snapshot && kernel->snapshot->is_kernel ? kernel->snapshot : NULL;
}

/* The question has two releases: the old one, the new one. */
int work_diff_kernels(Question *question, Kernel *none, sd_bus_error *error) {
        Manager *manager = question->bus->manager;
        _cleanup_(kernels_job_freep) KernelsJob *job = NULL;
        Snapshot *snapshots[2];
        int r;

        (void) none;
        for (size_t i = 0; i < 2; i++) {
                snapshots[i] = find_snapshot(question, question->releases[i]);
                if (!snapshots[i])
                        return fail_kernel(question, question->releases[i], error);
        }

        r = kernels_job_new(&job, snapshots[0], snapshots[1]);
        if (r < 0)
                return r;
        question->other = snapshot_ref(snapshots[0]);
        question->snapshot = snapshot_ref(snapshots[1]);
        job->check->config_paths = (const char *const *) manager->settings->depmod_paths;
        answer_aim_build(&job->check->build, manager,
                         manager_find_kernel(manager, question->releases[1]), snapshots[1],
                         question->releases[1]);
        job->sysfs = manager->settings->sysfs;
        job->userdata = question;
        job->job.on_done = on_compared;
        question->task = job;
        question->free_task = free_task;
        jobs_add(manager->site.jobs, &job->job);
        job = NULL;
        return 1;
}

/* As many strings as there are. */
static int append_strings(Question *question, sd_bus_message *reply, const char *const *strings) {
        int r = 0;

        for (; r >= 0 && *strings; strings++)
                r = question_append(question, reply, *strings);
        return r;
}

#define APPEND(...) append_strings(question, reply, (const char *const[]){ __VA_ARGS__, NULL })

/* a(ssss): change, name, old path, new path */
static int append_modules(Question *question, sd_bus_message *reply, const KernelChanges *changes) {
        int r = sd_bus_message_open_container(reply, 'a', "(ssss)");

        for (size_t i = 0; r >= 0 && i < changes->count; i++) {
                const KernelChange *change = &changes->items[i];

                r = sd_bus_message_open_container(reply, 'r', "ssss");
                if (r >= 0)
                        r = APPEND(kernel_change_code(change->kind), change->name, change->old,
                                   change->new);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* a(ssssuu): change, symbol, old provider, new provider, old CRC, new CRC */
static int append_symbols(Question *question, sd_bus_message *reply, const KernelChanges *changes) {
        int r = sd_bus_message_open_container(reply, 'a', "(ssssuu)");

        for (size_t i = 0; r >= 0 && i < changes->count; i++) {
                const KernelChange *change = &changes->items[i];

                r = sd_bus_message_open_container(reply, 'r', "ssssuu");
                if (r >= 0)
                        r = APPEND(kernel_change_code(change->kind), change->name, change->old,
                                   change->new);
                if (r >= 0)
                        r = sd_bus_message_append(reply, "uu", change->old_crc, change->new_crc);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* a(sss): change, alias, module */
static int append_aliases(Question *question, sd_bus_message *reply, const KernelChanges *changes) {
        int r = sd_bus_message_open_container(reply, 'a', "(sss)");

        for (size_t i = 0; r >= 0 && i < changes->count; i++) {
                const KernelChange *change = &changes->items[i];

                r = sd_bus_message_open_container(reply, 'r', "sss");
                if (r >= 0)
                        r = APPEND(kernel_change_code(change->kind), change->name,
                                   change->old[0] != '\0' ? change->old : change->new);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_names(Question *question, sd_bus_message *reply, const Resolutions *found) {
        int r = sd_bus_message_open_container(reply, 'a', "s");

        for (size_t i = 0; r >= 0 && i < found->count; i++)
                r = question_append(question, reply, found->items[i].name);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* a(sssasas): change, device, modalias, old modules, new modules */
static int append_devices(Question *question, sd_bus_message *reply, const KernelsJob *job) {
        int r = sd_bus_message_open_container(reply, 'a', "(sssasas)");

        for (size_t i = 0; r >= 0 && i < job->n_device_changes; i++) {
                const DeviceChange *change = &job->device_changes[i];

                r = sd_bus_message_open_container(reply, 'r', "sssasas");
                if (r >= 0)
                        r = APPEND(device_change_code(change), change->device->path,
                                   change->device->modalias);
                if (r >= 0)
                        r = append_names(question, reply, &change->old);
                if (r >= 0)
                        r = append_names(question, reply, &change->new);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* a(sss): severity, code, sentence */
static int append_reasons(Question *question, sd_bus_message *reply, const Findings *findings,
                          uint32_t candidate) {
        unsigned n_alike = 0;
        int r = sd_bus_message_open_container(reply, 'a', "(sss)");

        for (size_t i = 0; r >= 0 && i < findings->count; i++) {
                const Finding *finding = &findings->items[i];
                _cleanup_buffer_ Buffer sentence = {};

                if (finding->candidate != candidate)
                        continue;
                n_alike = i > 0 && finding[-1].kind == finding->kind ? n_alike + 1 : 0;
                if (n_alike >= ALIKE_MAX)
                        continue;
                r = finding_sentence(finding, &sentence);
                if (r >= 0)
                        r = sd_bus_message_open_container(reply, 'r', "sss");
                if (r >= 0)
                        r = APPEND(finding_severity_name(finding_severity(finding->kind)),
                                   finding_code(finding->kind), sentence.data);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* a(sssa(sss)): verdict, module, path, reasons */
static int append_carried(Question *question, sd_bus_message *reply, const KernelsJob *job) {
        const Findings none = {};
        int r = sd_bus_message_open_container(reply, 'a', "(sssa(sss))");

        for (size_t i = 0; r >= 0 && i < job->n_carried; i++) {
                const Carried *carried = &job->carried[i];

                r = sd_bus_message_open_container(reply, 'r', "sssa(sss)");
                if (r >= 0)
                        r = APPEND(carried_verdict(job, carried),
                                   lookup_name(job->old->lookup, carried->module),
                                   lookup_path(job->old->lookup, carried->module));
                if (r >= 0)
                        r = append_reasons(question, reply,
                                           carried->is_present ? &none
                                                               : &job->check->results.findings,
                                           carried->candidate);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int answer_diff_kernels(Question *question, sd_bus_message *reply, Kernel *none,
                        sd_bus_error *error) {
        const KernelsJob *job = question->task;
        int r = job->r;

        (void) none;
        (void) error;
        if (r >= 0)
                r = append_modules(question, reply, &job->modules);
        if (r >= 0)
                r = append_symbols(question, reply, &job->symbols);
        if (r >= 0)
                r = append_aliases(question, reply, &job->aliases);
        if (r >= 0)
                r = append_devices(question, reply, job);
        if (r >= 0)
                r = append_carried(question, reply, job);
        if (r < 0)
                return r;
        return sd_bus_message_append(reply, "tt", job->old->generation, job->new->generation);
}
