/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "answers.h"
#include "resolve.h"

int answer_append_resolutions(Question *question, sd_bus_message *reply, const Lookup *lookup,
                              const char *alias) {
        _cleanup_resolutions_ Resolutions found = {};
        int r;

        r = resolve_alias(lookup, alias, RESOLVE_ALL, &found);
        if (r == -EINVAL) /* no module has such an alias, whose brackets are not balanced */
                r = 0;
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(sss)");
        for (size_t i = 0; r >= 0 && i < found.count; i++) {
                r = sd_bus_message_open_container(reply, 'r', "sss");
                if (r >= 0)
                        r = question_append(question, reply, found.items[i].name);
                if (r >= 0)
                        r = question_append(question, reply, found.items[i].path);
                if (r >= 0)
                        r = question_append(question, reply, found.items[i].pattern);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int answer_resolve_alias(Question *question, sd_bus_message *reply, Kernel *kernel,
                         sd_bus_error *error) {
        int r;

        (void) kernel;
        (void) error;
        r = answer_append_resolutions(question, reply, question_lookup(question), question->name);
        return r < 0 ? r : question_append_generation(question, reply);
}

int answer_resolve_aliases(Question *question, sd_bus_message *reply, Kernel *kernel,
                           sd_bus_error *error) {
        int r;

        (void) kernel;
        (void) error;
        r = sd_bus_message_open_container(reply, 'a', "(sa(sss))");
        for (char *const *alias = question->names; r >= 0 && *alias; alias++) {
                r = sd_bus_message_open_container(reply, 'r', "sa(sss)");
                if (r >= 0)
                        r = question_append(question, reply, *alias);
                if (r >= 0)
                        r = answer_append_resolutions(question, reply, question_lookup(question),
                                                      *alias);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}
