/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "answers.h"
#include "module-properties.h"
#include "own-aliases.h"
#include "problem-sentence.h"

static void on_worked(Job *done) {
        question_done_working(((ModprobeJob *) done)->userdata);
}

static int begin(Question *question, Kernel *kernel, int (*work)(ModprobeJob *job), uint32_t module,
                 uint32_t other) {
        ModprobeJob *job;
        int r;

        r = modprobe_job_new(&job, question->snapshot, kernel->site->settings);
        if (r < 0)
                return r;

        job->job.on_done = on_worked;
        job->userdata = question;
        job->release = question->release;
        job->work = work;
        job->names = (const char *const *) question->names;
        while (question->names && question->names[job->n_names])
                job->n_names++;
        job->flags = question->flags;
        job->module = module;
        job->other = other;
        question->modprobe = job;
        jobs_add(kernel->site->jobs, &job->job);
        return 1;
}

static int find_module(const Question *question, const char *name, uint32_t *ret_module,
                       sd_bus_error *error) {
        int r = lookup_find(question_lookup(question), name, ret_module);

        return r == LOOKUP_NOT_FOUND ? question_fail_module(question, name, error) : r;
}

int work_resolve(Question *question, Kernel *kernel, sd_bus_error *error) {
        (void) error;
        return begin(question, kernel, modprobe_job_resolve, 0, 0);
}

static int begin_for_module(Question *question, Kernel *kernel, sd_bus_error *error,
                            int (*work)(ModprobeJob *job)) {
        int r = find_module(question, question->name, &question->module, error);

        return r < 0 ? r : begin(question, kernel, work, question->module, 0);
}

int work_get_pullers(Question *question, Kernel *kernel, sd_bus_error *error) {
        return begin_for_module(question, kernel, error, modprobe_job_pull);
}

int work_get_ways(Question *question, Kernel *kernel, sd_bus_error *error) {
        return begin_for_module(question, kernel, error, modprobe_job_block);
}

int work_get_chain(Question *question, Kernel *kernel, sd_bus_error *error) {
        uint32_t from, to;
        int r;

        r = find_module(question, question->names[0], &from, error);
        if (r >= 0)
                r = find_module(question, question->names[1], &to, error);
        return r < 0 ? r : begin(question, kernel, modprobe_job_chain, from, to);
}

/* Several texts, as what they are in the message is told by its types. */
static int append_texts(Question *question, sd_bus_message *reply, const char *const *texts,
                        size_t n_texts) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < n_texts; i++)
                r = question_append(question, reply, texts[i]);
        return r;
}

/* The rule as a line and where it stands; twice "" without one. */
static int append_rule(Question *question, sd_bus_message *reply, const ModprobeRule *rule) {
        _cleanup_buffer_ Buffer text = {}, source = {};
        int r;

        if (!rule)
                return append_texts(question, reply, (const char *const[]){ "", "" }, 2);

        modprobe_rule_text(rule, &text);
        modprobe_rule_source(&question->modprobe->config, rule, &source);
        r = buffer_error(&text) < 0 ? buffer_error(&text) : buffer_error(&source);
        return r < 0 ? r
                     : append_texts(question, reply,
                                    (const char *const[]){ text.data, source.data }, 2);
}

static int append_command(PropertyList *list, const ProbeStep *step) {
        _cleanup_buffer_ Buffer source = {};
        int r;

        modprobe_rule_source(&list->question->modprobe->config, step->command, &source);
        r = buffer_error(&source);
        if (r >= 0)
                r = property_text(list, "Command", step->command->text);
        return r < 0 ? r : property_text(list, "CommandSource", source.data);
}

static int append_options(PropertyList *list, const ProbeStep *step) {
        _cleanup_buffer_ Buffer options = {};

        probe_step_options(step, &list->question->modprobe->config, &options);
        if (options.size == 0)
                return buffer_error(&options);
        buffer_append_byte(&options, '\0');
        return buffer_error(&options) < 0 ? buffer_error(&options)
                                          : property_text(list, "Options", options.data);
}

/* What lies somewhere by its path, what does not by its name. */
static int append_firmware(PropertyList *list, const char *key, uint32_t owner, bool is_present) {
        const FirmwareList *firmware = &list->question->modprobe->firmware;
        bool is_open = false;
        int r = 0;

        for (size_t i = firmware_list_first(firmware, owner); r >= 0 && i < firmware->count; i++) {
                const Firmware *item = &firmware->items[i];
                const char *text = is_present ? item->path : item->name;

                if (item->owner != owner)
                        break;
                if (is_present != (item->path != NULL))
                        continue;
                if (!is_open)
                        r = property_open_texts(list, key);
                is_open = true;
                if (r >= 0)
                        r = property_add_text(list, text, strlen(text));
        }
        return r < 0 || !is_open ? r : property_close_texts(list);
}

static int append_step(Question *question, sd_bus_message *reply, uint32_t place) {
        PropertyList list = { .question = question, .reply = reply };
        const ProbeStep *step = &question->modprobe->closure.steps[place];
        int r;

        r = sd_bus_message_open_container(reply, 'r', "ssua{sv}");
        if (r >= 0)
                r = question_append(question, reply, step->name);
        if (r >= 0)
                r = question_append(question, reply,
                                    lookup_path(question_lookup(question), step->module));
        if (r >= 0)
                r = sd_bus_message_append(reply, "u", step->bits);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "{sv}");
        if (r >= 0 && step->action == PROBE_COMMAND)
                r = append_command(&list, step);
        if (r >= 0)
                r = append_options(&list, step);
        if (r >= 0)
                r = append_firmware(&list, "Firmware", place, true);
        if (r >= 0)
                r = append_firmware(&list, "MissingFirmware", place, false);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_refused(Question *question, sd_bus_message *reply, const ProbeRefused *refused) {
        int r = sd_bus_message_open_container(reply, 'r', "ssss");

        if (r >= 0)
                r = question_append(question, reply, question->names[refused->question]);
        if (r >= 0)
                r = question_append(question, reply, refused->refusal.name);
        if (r >= 0)
                r = append_rule(question, reply, refused->refusal.rule);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int answer_resolve(Question *question, sd_bus_message *reply, Kernel *kernel, sd_bus_error *error) {
        const ProbeClosure *closure = &question->modprobe->closure;
        int r = question->modprobe->r;

        (void) kernel;
        (void) error;
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssua{sv})");
        for (uint32_t i = 0; r >= 0 && i < closure->count; i++)
                r = append_step(question, reply, i);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "s");
        for (size_t i = 0; r >= 0 && i < closure->n_unresolved; i++)
                r = question_append(question, reply, question->names[closure->unresolved[i]]);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssss)");
        for (size_t i = 0; r >= 0 && i < closure->n_refused; i++)
                r = append_refused(question, reply, &closure->refused[i]);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}

/* By which somebody may ask for the module itself: its own aliases and those of alias lines. */
static int append_aliases(Question *question, sd_bus_message *reply, uint32_t module) {
        const Lookup *lookup = question_lookup(question);
        const ModprobeConfig *config = &question->modprobe->config;
        const char *name = lookup_name(lookup, module);
        _cleanup_free_ StringId *aliases = NULL;
        size_t n_aliases;
        int r;

        r = own_aliases_find(lookup, module, &aliases, &n_aliases);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "s");
        for (size_t i = 0; r >= 0 && i < n_aliases; i++)
                r = question_append(question, reply,
                                    tree_string(&lookup_model(lookup)->tree, aliases[i]));
        for (size_t i = 0; r >= 0 && i < config->count; i++) {
                if (config->rules[i].kind == MODPROBE_ALIAS &&
                    strcmp(config->rules[i].text, name) == 0)
                        r = question_append(question, reply, config->rules[i].name);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_puller(Question *question, sd_bus_message *reply, const Puller *puller) {
        const Lookup *lookup = question_lookup(question);
        const Prober *prober = question->modprobe->prober;
        bool is_known = puller->module < lookup_count(lookup);
        _cleanup_free_ StringId *aliases = NULL;
        size_t n_aliases = 0;
        int r = 0;

        if (is_known)
                r = own_aliases_find(lookup, puller->module, &aliases, &n_aliases);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'r', "sssuuu");
        if (r >= 0)
                r = question_append(question, reply, prober_name(prober, puller->module));
        if (r >= 0)
                r = question_append(question, reply,
                                    is_known ? lookup_path(lookup, puller->module) : "");
        if (r >= 0)
                r = question_append(question, reply, prober_name(prober, puller->next));
        if (r >= 0)
                r = sd_bus_message_append(reply, "uuu", puller->bits, puller->distance,
                                          (uint32_t) n_aliases);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int answer_get_pullers(Question *question, sd_bus_message *reply, Kernel *kernel,
                       sd_bus_error *error) {
        const Pullers *pullers = &question->modprobe->pullers;
        int r = question->modprobe->r;

        (void) kernel;
        (void) error;
        if (r >= 0)
                r = append_aliases(question, reply, question->module);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(sssuuu)");
        for (size_t i = 0; r >= 0 && i < pullers->count; i++)
                r = append_puller(question, reply, &pullers->items[i]);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}

static int append_link(Question *question, sd_bus_message *reply, const ChainLink *link) {
        const Tree *tree = &question->snapshot->model.tree;
        const Prober *prober = question->modprobe->prober;
        int r = sd_bus_message_open_container(reply, 'r', "ssuas");

        if (r >= 0)
                r = question_append(question, reply, prober_name(prober, link->from));
        if (r >= 0)
                r = question_append(question, reply, prober_name(prober, link->to));
        if (r >= 0)
                r = sd_bus_message_append(reply, "u", link->bits);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "s");
        for (size_t i = 0; r >= 0 && i < link->n_symbols; i++)
                r = question_append(question, reply, tree_string(tree, link->symbols[i]));
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int answer_get_chain(Question *question, sd_bus_message *reply, Kernel *kernel,
                     sd_bus_error *error) {
        const Chain *chain = &question->modprobe->chain;
        int r = question->modprobe->r;

        (void) kernel;
        (void) error;
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssuas)");
        for (size_t i = 0; r >= 0 && i < chain->count; i++)
                r = append_link(question, reply, &chain->links[i]);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}

static int append_way(Question *question, sd_bus_message *reply, const BlockedWay *way) {
        static const char *const results[] = {
                [WAY_STOPPED] = "stopped", [WAY_UNKNOWN] = "unknown", [WAY_LOADS] = "loads"
        };
        int r = sd_bus_message_open_container(reply, 'r', "ssssss");

        if (r >= 0)
                r = append_texts(question, reply,
                                 (const char *const[]){ way->name, way->alias, results[way->result],
                                                        way->obstacle },
                                 4);
        if (r >= 0)
                r = append_rule(question, reply, way->rule);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* What in the configuration kmod passes over, and may have been meant to block something. */
static int append_notes(Question *question, sd_bus_message *reply) {
        const ProblemList *problems = &question->modprobe->config.problems;
        int r = sd_bus_message_open_container(reply, 'a', "s");

        for (size_t i = 0; r >= 0 && i < problems->count; i++) {
                _cleanup_buffer_ Buffer sentence = {};

                r = problem_sentence(&problems->items[i], &sentence);
                if (r == 0)
                        r = question_append(question, reply, sentence.data);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int answer_get_ways(Question *question, sd_bus_message *reply, Kernel *kernel,
                    sd_bus_error *error) {
        static const char *const verdicts[] = { [BLOCKED_BUILTIN] = "builtin",
                                                [BLOCKED_OPEN] = "open",
                                                [BLOCKED_UNKNOWN] = "unknown",
                                                [BLOCKED_ON_REQUEST] = "on-request",
                                                [BLOCKED_FULLY] = "blocked" };
        const Blocked *blocked = &question->modprobe->blocked;
        int r = question->modprobe->r;

        (void) kernel;
        (void) error;
        if (r >= 0)
                r = sd_bus_message_append(reply, "s", verdicts[blocked->verdict]);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssssss)");
        for (size_t i = 0; r >= 0 && i < blocked->count; i++)
                r = append_way(question, reply, &blocked->ways[i]);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        if (r >= 0)
                r = append_notes(question, reply);
        return r < 0 ? r : question_append_generation(question, reply);
}
