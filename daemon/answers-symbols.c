/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "symbol-users.h"

static void on_read(Job *done) {
        question_done_working(((DetailsJob *) done)->userdata);
}

/* How a symbol is exported stands in its module's file and in no model. */
int work_find_symbol(Question *question, Kernel *kernel, sd_bus_error *error) {
        _cleanup_(details_job_freep) DetailsJob *job = NULL;
        _cleanup_providers_ Providers found = {};
        int r;

        (void) error;
        r = symbol_find_providers(question_lookup(question), question->name, &found);
        if (r >= 0)
                r = details_job_new(&job, question->snapshot, found.count);
        if (r < 0)
                return r;

        for (size_t i = 0; i < found.count; i++) {
                if (found.items[i].module != PROVIDER_KERNEL)
                        job->paths[job->n_paths++] = found.items[i].path;
        }
        if (job->n_paths == 0)
                return 0;
        job->symbol = strdup(question->name);
        if (!job->symbol)
                return -ENOMEM;

        job->job.on_done = on_read;
        job->userdata = question;
        question->details = job;
        jobs_add(kernel->site->jobs, &TAKE_PTR(job)->job);
        return 1;
}

/* What the thread has found out about the file of a provider; empty if it was not asked to. */
static ModuleExport export_of(const Question *question, const char *path) {
        const DetailsJob *job = question->details;

        for (size_t i = 0; job && i < job->n_paths; i++) {
                if (strcmp(job->paths[i], path) == 0 && job->exports[i].kind)
                        return job->exports[i];
        }

        return (ModuleExport){ .kind = "" };
}

/* (ssussb): provider, path, crc, namespace, export, crc_known. */
static int append_provider(Question *question, sd_bus_message *reply, const Provider *provider) {
        ModuleExport export = export_of(question, provider->path);
        int r;

        r = sd_bus_message_open_container(reply, 'r', "ssussb");
        if (r >= 0)
                r = question_append(question, reply, provider->name);
        if (r >= 0)
                r = question_append(question, reply, provider->path);
        if (r >= 0)
                r = sd_bus_message_append(reply, "u", provider->crc);
        if (r >= 0)
                r = question_append(question, reply, export.namespace);
        if (r >= 0)
                r = sd_bus_message_append(reply, "sb", export.kind, provider->is_crc_known);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_providers(Question *question, sd_bus_message *reply, const char *symbol) {
        _cleanup_providers_ Providers found = {};
        int r;

        r = symbol_find_providers(question_lookup(question), symbol, &found);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssussb)");
        for (size_t i = 0; r >= 0 && i < found.count; i++)
                r = append_provider(question, reply, &found.items[i]);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int answer_find_symbol(Question *question, sd_bus_message *reply, Kernel *kernel,
                       sd_bus_error *error) {
        int r;

        (void) kernel;
        (void) error;
        r = append_providers(question, reply, question->name);
        return r < 0 ? r : question_append_generation(question, reply);
}

int answer_find_symbols(Question *question, sd_bus_message *reply, Kernel *kernel,
                        sd_bus_error *error) {
        int r;

        (void) kernel;
        (void) error;
        r = sd_bus_message_open_container(reply, 'a', "(sa(ssussb))");
        for (char *const *symbol = question->names; r >= 0 && *symbol; symbol++) {
                r = sd_bus_message_open_container(reply, 'r', "sa(ssussb)");
                if (r >= 0)
                        r = question_append(question, reply, *symbol);
                if (r >= 0)
                        r = append_providers(question, reply, *symbol);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}

int answer_get_users_of_symbol(Question *question, sd_bus_message *reply, Kernel *kernel,
                               sd_bus_error *error) {
        _cleanup_found_modules_ FoundModules found = {};
        int r;

        (void) kernel;
        (void) error;
        r = symbol_find_users(question_lookup(question), question->name, &found);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "s");
        for (size_t i = 0; r >= 0 && i < found.count; i++)
                r = question_append(question, reply, found.items[i].name);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}
