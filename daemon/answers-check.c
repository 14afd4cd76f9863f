/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "check-job.h"
#include "module-properties.h"

/*
 * Of more modules than can be passed one by one, a few reasons of a kind are told of each: a whole
 * tree that was built for another kernel has some hundred thousand, which no reply can hold.
 */
#define FEW_MODULES 16
#define ALIKE_MAX 3

void answer_keep_build(const KernelBuildSearch *search, Manager *manager) {
        Kernel *kernel = manager_find_kernel(manager, search->place.release);

        if (!kernel || !search->found)
                return;
        kernel_build_unref(kernel->build);
        kernel->build = kernel_build_ref(search->found);
}

static void on_checked(Job *done) {
        CheckJob *job = (CheckJob *) done;
        Question *question = job->userdata;

        answer_keep_build(&job->build, question->bus->manager);
        question_done_working(question);
}

void answer_aim_build(KernelBuildSearch *search, const Manager *manager, const Kernel *kernel,
                      const Snapshot *snapshot, const char *release) {
        const Settings *settings = manager->settings;

        search->known = kernel_build_ref(kernel->build);
        search->place = (KernelBuildPlace){
                .root = settings->root,
                .directory = snapshot->model.tree.directory,
                .release = release,
                .is_running =
                        settings->root[0] == '\0' && strcmp(release, manager->running_release) == 0,
        };
}

static void take_others(const Manager *manager, const Kernel *kernel, CheckJob *job) {
        for (size_t i = 0; i < manager->n_kernels; i++) {
                const Kernel *other = manager->kernels[i];

                if (other == kernel || !other->snapshot || !other->snapshot->is_kernel)
                        continue;
                job->others[job->n_others++] = snapshot_ref(other->snapshot);
        }
}

int work_check(Question *question, Kernel *kernel, sd_bus_error *error) {
        Manager *manager = question->bus->manager;
        _cleanup_(check_job_freep) CheckJob *job = NULL;
        int r;

        (void) error;
        r = check_job_new(&job, question->snapshot, question->n_files, manager->n_kernels);
        if (r < 0)
                return r;

        for (size_t i = 0; i < question->n_files; i++)
                job->files[i] = question->files[i];
        job->work.n_files = question->n_files;
        job->work.directory_fd = question->directory_fd;
        job->work.keeps_capabilities = manager->settings->is_private;
        job->work.is_cancelled = &kernel->site->is_stopping;
        job->removals = question->names;
        job->config_paths = (const char *const *) manager->settings->depmod_paths;
        answer_aim_build(&job->build, manager, kernel, question->snapshot, question->release);
        take_others(manager, kernel, job);

        job->job.on_done = on_checked;
        job->userdata = question;
        question->check = job;
        jobs_add(kernel->site->jobs, &TAKE_PTR(job)->job);
        return 1;
}

static int fail(const CheckJob *job, sd_bus_error *error) {
        switch (job->r) {
        case -EBADMSG:
                return sd_bus_error_set(error, DEPMOD1_ERROR_BAD_FILE,
                                        "The process that reads the modules has ended before its "
                                        "work: one of them asks for too much memory or time");
        case -ETIMEDOUT:
                return sd_bus_error_set(error, DEPMOD1_ERROR_BAD_FILE,
                                        "Reading the modules takes too long");
        case -E2BIG:
                return sd_bus_error_set(error, DEPMOD1_ERROR_TOO_LARGE,
                                        "These are more modules than can be checked at once");
        default:
                return job->r;
        }
}

static int append_result(Question *question, sd_bus_message *reply, const CheckResult *result,
                         const Candidate *candidate) {
        PropertyList list = { .question = question, .reply = reply };
        const struct {
                const char *key;
                const char *value;
        } texts[] = {
                { "Path", result->path },
                { "Alone", check_verdict_name(result->alone) },
                { "Compression", candidate->compression },
                { "License", candidate->license },
                { "Signer", candidate->signer },
                { "VerMagic", candidate->vermagic },
        };
        int r;

        r = sd_bus_message_open_container(reply, 'r', "ssa{sv}");
        if (r >= 0)
                r = question_append(question, reply, result->name);
        if (r >= 0)
                r = sd_bus_message_append(reply, "s", check_verdict_name(result->together));
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "{sv}");
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(texts); i++)
                r = property_text(&list, texts[i].key, texts[i].value);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_details(Question *question, sd_bus_message *reply, const Finding *finding,
                          uint64_t n_omitted) {
        PropertyList list = { .question = question, .reply = reply };
        const struct {
                const char *key;
                const char *value;
        } texts[] = {
                { "Symbol", finding->symbol },
                { "Found", finding->found },
                { "Wanted", finding->wanted },
                { "Other", finding->other },
        };
        int r;

        r = sd_bus_message_open_container(reply, 'a', "{sv}");
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(texts); i++) {
                if (texts[i].value)
                        r = property_text(&list, texts[i].key, texts[i].value);
        }
        if (r >= 0 && finding->number != 0)
                r = property_number(&list, "Number", finding->number);
        if (r >= 0 && n_omitted > 0)
                r = property_number(&list, "Omitted", n_omitted);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_finding(Question *question, sd_bus_message *reply, const Finding *finding,
                          uint64_t n_omitted) {
        const CheckResults *results = &question->check->results;
        const char *name = finding->candidate == FINDING_NO_CANDIDATE
                                   ? ""
                                   : results->items[finding->candidate].name;
        _cleanup_buffer_ Buffer sentence = {};
        int r;

        r = finding_sentence(finding, &sentence);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'r', "sssssa{sv}");
        if (r >= 0)
                r = sd_bus_message_append(reply, "ss",
                                          finding_severity_name(finding_severity(finding->kind)),
                                          finding_code(finding->kind));
        if (r >= 0)
                r = question_append(question, reply, name);
        if (r >= 0)
                r = question_append(question, reply, finding->path);
        if (r >= 0)
                r = question_append(question, reply, sentence.data);
        if (r >= 0)
                r = append_details(question, reply, finding, n_omitted);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* Those of a candidate and kind stand behind each other. */
static size_t count_alike(const Findings *findings, size_t first) {
        const Finding *item = &findings->items[first];
        size_t n = 1;

        while (first + n < findings->count && item[n].kind == item->kind &&
               item[n].candidate == item->candidate)
                n++;
        return n;
}

static int append_findings(Question *question, sd_bus_message *reply, const CheckResults *results) {
        const Findings *findings = &results->findings;
        int r = 0;

        for (size_t i = 0; r >= 0 && i < findings->count;) {
                size_t n_alike = count_alike(findings, i), n_told = n_alike;

                if (results->count > FEW_MODULES && n_told > ALIKE_MAX)
                        n_told = ALIKE_MAX;
                for (size_t k = 0; r >= 0 && k < n_told; k++)
                        r = append_finding(question, reply, &findings->items[i + k],
                                           k + 1 == n_told ? n_alike - n_told : 0);
                i += n_alike;
        }

        return r;
}

int answer_check(Question *question, sd_bus_message *reply, Kernel *kernel, sd_bus_error *error) {
        const CheckJob *job = question->check;
        const CheckResults *results = &job->results;
        int r;

        (void) kernel;
        if (job->r < 0)
                return fail(job, error);

        r = sd_bus_message_open_container(reply, 'a', "(ssa{sv})");
        for (size_t i = 0; r >= 0 && i < results->count; i++)
                r = append_result(question, reply, &results->items[i], &job->candidates.items[i]);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(sssssa{sv})");
        if (r >= 0)
                r = append_findings(question, reply, results);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}
