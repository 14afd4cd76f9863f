/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "answers.h"
#include "dependencies.h"
#include "load-order.h"
#include "module-list.h"
#include "problem-sentence.h"

_Static_assert((int) DEPENDENCY_BUILTIN == (int) DEPMOD1_EDGE_BUILTIN &&
                       (int) DEPENDENCY_WEAK == (int) DEPMOD1_EDGE_WEAK &&
                       (int) LOAD_ORDER_WANTED == (int) DEPMOD1_EDGE_WANTED,
               "edges have the same numbers on the bus");
_Static_assert((int) DEPENDENCIES_TRANSITIVE == (int) DEPMOD1_DEPENDENCIES_TRANSITIVE &&
                       (int) DEPENDENCIES_WEAK == (int) DEPMOD1_DEPENDENCIES_WEAK &&
                       (int) LOAD_ORDER_NO_BUILTIN == (int) DEPMOD1_ORDER_NO_BUILTIN,
               "flags have the same numbers on the bus");

/* (ssu): name, path, bits */
static int append_found(Question *question, sd_bus_message *reply, const FoundModules *found) {
        int r;

        r = sd_bus_message_open_container(reply, 'a', "(ssu)");
        for (size_t i = 0; r >= 0 && i < found->count; i++) {
                r = sd_bus_message_open_container(reply, 'r', "ssu");
                if (r >= 0)
                        r = question_append(question, reply, found->items[i].name);
                if (r >= 0)
                        r = question_append(question, reply, found->items[i].path);
                if (r >= 0)
                        r = sd_bus_message_append(reply, "u", found->items[i].bits);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_listed(Question *question, sd_bus_message *reply, const FoundModule *module) {
        const Lookup *lookup = question_lookup(question);
        const char *kind = lookup_is_builtin(lookup, module->module) ? "builtin" : "module";
        int r;

        r = sd_bus_message_open_container(reply, 'r', "sssu");
        if (r >= 0)
                r = question_append(question, reply, module->name);
        if (r >= 0)
                r = question_append(question, reply, module->path);
        if (r >= 0)
                r = sd_bus_message_append(reply, "su", kind, module->bits);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int answer_list_modules(Question *question, sd_bus_message *reply, Kernel *kernel,
                        sd_bus_error *error) {
        _cleanup_found_modules_ FoundModules found = {};
        int r;

        (void) kernel;
        r = module_list(question_lookup(question), question->name, &question->snapshot->problems,
                        &found);
        if (r == -EINVAL)
                return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                                         "'%s': the brackets are not balanced", question->name);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(sssu)");
        for (size_t i = 0; r >= 0 && i < found.count; i++)
                r = append_listed(question, reply, &found.items[i]);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}

static int find_module(const Question *question, uint32_t *ret_module, sd_bus_error *error) {
        int r = lookup_find(question_lookup(question), question->name, ret_module);

        return r == LOOKUP_NOT_FOUND ? question_fail_module(question, question->name, error) : r;
}

static int answer_edges(Question *question, sd_bus_message *reply, sd_bus_error *error,
                        int (*find)(const Lookup *lookup, uint32_t module, unsigned flags,
                                    FoundModules *ret_found)) {
        _cleanup_found_modules_ FoundModules found = {};
        uint32_t module;
        int r;

        r = find_module(question, &module, error);
        if (r >= 0)
                r = find(question_lookup(question), module, (unsigned) question->flags, &found);
        if (r >= 0)
                r = append_found(question, reply, &found);
        return r < 0 ? r : question_append_generation(question, reply);
}

int answer_get_dependencies(Question *question, sd_bus_message *reply, Kernel *kernel,
                            sd_bus_error *error) {
        (void) kernel;
        return answer_edges(question, reply, error, dependencies_find);
}

int answer_get_reverse_dependencies(Question *question, sd_bus_message *reply, Kernel *kernel,
                                    sd_bus_error *error) {
        (void) kernel;
        return answer_edges(question, reply, error, dependents_find);
}

int answer_get_load_order(Question *question, sd_bus_message *reply, Kernel *kernel,
                          sd_bus_error *error) {
        _cleanup_load_order_ LoadOrder order = {};
        size_t n_names = 0;
        int r;

        (void) kernel;
        (void) error;
        while (question->names[n_names])
                n_names++;
        r = load_order_find(question_lookup(question), (const char *const *) question->names,
                            n_names, (unsigned) question->flags, &order);
        if (r >= 0)
                r = append_found(question, reply, &order.modules);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "s");
        for (size_t i = 0; r >= 0 && i < order.n_unresolved; i++)
                r = question_append(question, reply, question->names[order.unresolved[i]]);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}

static const char *name_of_severity(const Problem *problem) {
        if (problem_is_note(problem))
                return "info";

        switch (problem_severity(problem->kind)) {
        case PROBLEM_ERROR:
                return "error";
        case PROBLEM_WARNING:
                return "warning";
        default:
                return "info";
        }
}

/* The name of the module that a problem is about: of its path, if that is one of the tree's. */
static const char *module_of(const Question *question, const Problem *problem) {
        const Lookup *lookup = question_lookup(question);
        uint32_t module;

        if (!problem->path || lookup_find_path(lookup, problem->path, &module) != 0)
                return "";
        return lookup_name(lookup, module);
}

/* Below the kernel directory if it is there, as all paths of modules are. */
static const char *path_of(const Question *question, const Problem *problem) {
        const char *directory = question->snapshot->model.tree.directory, *path = problem->path;
        size_t size = strlen(directory);

        return path && strncmp(path, directory, size) == 0 && path[size] == '/' ? path + size + 1
                                                                                : path;
}

/* Details for programs: the fields of the problem that are set. */
static int append_details(Question *question, sd_bus_message *reply, const Problem *problem) {
        const struct {
                const char *key;
                const char *value;
        } texts[] = { { "Subject", problem->subject }, { "Detail", problem->detail } };
        int r;

        r = sd_bus_message_open_container(reply, 'a', "{sv}");
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(texts); i++) {
                if (!texts[i].value)
                        continue;
                r = sd_bus_message_open_container(reply, 'e', "sv");
                if (r >= 0)
                        r = sd_bus_message_append(reply, "s", texts[i].key);
                if (r >= 0)
                        r = sd_bus_message_open_container(reply, 'v', "s");
                if (r >= 0)
                        r = question_append(question, reply, texts[i].value);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        if (r >= 0 && problem->error != 0)
                r = sd_bus_message_append(reply, "{sv}", "Errno", "i", problem->error);
        if (r >= 0 && problem->line != 0)
                r = sd_bus_message_append(reply, "{sv}", "Line", "u", problem->line);
        if (r >= 0 && problem->number != 0)
                r = sd_bus_message_append(reply, "{sv}", "Number", "t", problem->number);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_problem(Question *question, sd_bus_message *reply, const Problem *problem) {
        _cleanup_buffer_ Buffer sentence = {};
        int r;

        r = problem_sentence(problem, &sentence);
        if (r == PROBLEM_UNTOLD)
                return 0;
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'r', "sssssa{sv}");
        if (r >= 0)
                r = sd_bus_message_append(reply, "ss", name_of_severity(problem),
                                          problem_code(problem->kind));
        if (r >= 0)
                r = question_append(question, reply, module_of(question, problem));
        if (r >= 0)
                r = question_append(question, reply, path_of(question, problem));
        if (r >= 0)
                r = question_append(question, reply, sentence.data);
        if (r >= 0)
                r = append_details(question, reply, problem);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_problems(Question *question, sd_bus_message *reply, const ProblemList *problems) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < problems->count; i++) {
                if (i > 0 && problem_is_repetition(&problems->items[i - 1], &problems->items[i]))
                        continue;
                r = append_problem(question, reply, &problems->items[i]);
        }

        return r;
}

int answer_list_problems(Question *question, sd_bus_message *reply, Kernel *kernel,
                         sd_bus_error *error) {
        int r;

        (void) error;
        r = sd_bus_message_open_container(reply, 'a', "(sssssa{sv})");
        if (r >= 0)
                r = append_problems(question, reply, &question->snapshot->problems);
        if (r >= 0)
                r = append_problems(question, reply, &kernel->publish_problems);
        if (r >= 0)
                r = append_problems(question, reply, &kernel->refresh_problems);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}
