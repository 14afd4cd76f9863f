/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "answers.h"
#include "module-properties.h"
#include "softdep.h"

static void on_read(Job *done) {
        question_done_working(((DetailsJob *) done)->userdata);
}

/* A module inside of the kernel has no file to look into. */
int work_get_module(Question *question, Kernel *kernel, sd_bus_error *error) {
        const Lookup *lookup = question_lookup(question);
        DetailsJob *job;
        int r;

        r = lookup_find(lookup, question->name, &question->module);
        if (r == LOOKUP_NOT_FOUND)
                return question_fail_module(question, question->name, error);
        if (r < 0 || lookup_is_builtin(lookup, question->module))
                return r;

        r = details_job_new(&job, question->snapshot);
        if (r < 0)
                return r;
        job->job.on_done = on_read;
        job->userdata = question;
        job->path = lookup_path(lookup, question->module);
        question->details = job;
        jobs_add(kernel->site->jobs, &job->job);
        return 1;
}

/* What the model says, which also holds for a file that cannot be understood. */
static int append_record(PropertyList *list, const Question *question) {
        const Lookup *lookup = question_lookup(question);
        const Tree *tree = &question->snapshot->model.tree;
        const Module *module = &tree->modules[question->module];
        _cleanup_buffer_ Buffer path = {};
        int r;

        tree_absolute_path(tree, question->module, &path);
        if (buffer_error(&path) < 0)
                return buffer_error(&path);

        r = property_text(list, "Path", lookup_path(lookup, question->module));
        if (r >= 0)
                r = property_text(list, "Filename", path.data);
        if (r >= 0)
                r = property_number(list, "Order", question->module);
        if (r >= 0)
                r = property_ids(list, "Aliases", tree, module_aliases(module), module->n_aliases);
        return r;
}

static int append_softdeps(PropertyList *list, const Question *question, const char *key,
                           SoftdepPart part) {
        const Tree *tree = &question->snapshot->model.tree;
        const Module *module = &tree->modules[question->module];
        bool is_weak = part == SOFTDEP_WEAK;
        const StringId *ids = is_weak ? module_weakdeps(module) : module_softdeps(module);
        size_t n_ids = is_weak ? module->n_weakdeps : module->n_softdeps;
        int r = property_open_texts(list, key);

        for (size_t i = 0; r >= 0 && i < n_ids; i++) {
                const char *text = tree_string(tree, ids[i]);
                Softdep softdep = is_weak ? weakdep_of(text) : softdep_of(text);

                while (r >= 0 && softdep_next(&softdep)) {
                        if (softdep.part == part)
                                r = property_add_text(list, softdep.name, softdep.name_size);
                }
        }

        return r < 0 ? r : property_close_texts(list);
}

static int append_file(PropertyList *list, const ModuleDetails *details) {
        const struct {
                const char *key;
                const char *value;
        } texts[] = {
                { "Compression", details->compression },
                { "BuildID", details->build_id },
                { "Signer", details->signer },
        };
        int r = 0;

        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(texts); i++)
                r = property_text(list, texts[i].key, texts[i].value);
        if (r >= 0)
                r = property_number(list, "Size", details->size);
        if (r >= 0)
                r = property_number(list, "MTimeUSec", details->mtime_usec);
        if (r >= 0)
                r = property_number(list, "Inode", details->inode);
        return r < 0 ? r : property_fields(list, details);
}

static int append_module(PropertyList *list, Question *question) {
        int r;

        r = append_record(list, question);
        if (r >= 0)
                r = append_softdeps(list, question, "SoftPre", SOFTDEP_PRE);
        if (r >= 0)
                r = append_softdeps(list, question, "SoftPost", SOFTDEP_POST);
        if (r >= 0)
                r = append_softdeps(list, question, "WeakDeps", SOFTDEP_WEAK);
        if (r >= 0 && question->details->r >= 0)
                r = append_file(list, &question->details->details);
        return r;
}

int answer_get_module(Question *question, sd_bus_message *reply, Kernel *kernel,
                      sd_bus_error *error) {
        PropertyList list = { .question = question, .reply = reply };
        const Lookup *lookup = question_lookup(question);
        bool is_builtin = lookup_is_builtin(lookup, question->module);
        int r;

        (void) kernel;
        (void) error;
        r = sd_bus_message_open_container(reply, 'a', "{sv}");
        if (r >= 0)
                r = property_text(&list, "Name", lookup_name(lookup, question->module));
        if (r >= 0)
                r = property_text(&list, "Kind", is_builtin ? "builtin" : "module");
        if (r >= 0 && !is_builtin)
                r = append_module(&list, question);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}
