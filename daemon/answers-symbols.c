/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "symbol-users.h"

#define DETAILED_MAX 100

static void on_read(Job *done) {
        question_done_working(((DetailsJob *) done)->userdata);
}

static int add_exports(const Question *question, DetailsJob *job, const char *symbol) {
        _cleanup_providers_ Providers found = {};
        int r;

        r = symbol_find_providers(question_lookup(question), symbol, &found);
        for (size_t i = 0; r >= 0 && i < found.count; i++) {
                if (found.items[i].module != PROVIDER_KERNEL)
                        r = details_job_add_export(job, found.items[i].path, symbol);
        }

        return r;
}

/* Takes the job over. 1 if it has something to do. */
static int start(Question *question, Kernel *kernel, DetailsJob *job) {
        if (job->n_exports == 0) {
                details_job_free(job);
                return 0;
        }

        job->job.on_done = on_read;
        job->userdata = question;
        question->details = job;
        jobs_add(kernel->site->jobs, &job->job);
        return 1;
}

/* How a symbol is exported stands in its module's file and in no model. */
int work_find_symbol(Question *question, Kernel *kernel, sd_bus_error *error) {
        _cleanup_(details_job_freep) DetailsJob *job = NULL;
        int r;

        (void) error;
        r = details_job_new(&job, question->snapshot);
        if (r >= 0)
                r = add_exports(question, job, question->name);
        return r < 0 ? r : start(question, kernel, TAKE_PTR(job));
}

/* Of many symbols that is not told: it would mean reading many files. */
int work_find_symbols(Question *question, Kernel *kernel, sd_bus_error *error) {
        _cleanup_(details_job_freep) DetailsJob *job = NULL;
        size_t n = 0;
        int r;

        (void) error;
        while (question->names[n])
                n++;
        if (n > DETAILED_MAX)
                return 0;

        r = details_job_new(&job, question->snapshot);
        for (size_t i = 0; r >= 0 && i < n; i++)
                r = add_exports(question, job, question->names[i]);
        return r < 0 ? r : start(question, kernel, TAKE_PTR(job));
}

/* (ssussb): provider, path, crc, namespace, export, crc_known. */
static int append_provider(Question *question, sd_bus_message *reply, const Provider *provider,
                           const char *symbol) {
        ModuleExport export = details_job_export(question->details, provider->path, symbol);
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
                r = append_provider(question, reply, &found.items[i], symbol);
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
