/* SPDX-License-Identifier: LGPL-2.1-or-later */
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

int answer_list_conflicts(Question *question, sd_bus_message *reply, Kernel *kernel,
                          sd_bus_error *error) {
        _cleanup_conflicts_ Conflicts conflicts = {};
        int r;

        (void) kernel;
        (void) error;
        r = conflicts_find(question_lookup(question), &conflicts);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssss)");
        for (size_t i = 0; r >= 0 && i < conflicts.count; i++) {
                const Conflict *one = &conflicts.items[i];
                const char *const texts[] = { conflict_code(one->kind), one->name, one->path,
                                              one->winner };

                r = append_texts(question, reply, texts);
        }
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}
