/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "problem-list.h"
#include "verb.h"

static int run(Session *session, __attribute__((unused)) int argc,
               __attribute__((unused)) char *argv[]) {
        _cleanup_value_ Value kernel = {}, reply = {};
        const Value *problems;
        int r;

        r = session_find_kernel(session, session->options->kernel, &kernel);
        if (r < 0)
                return r;
        r = problem_list_ask(session, value_text(&kernel, "kernel"), &reply);
        if (r < 0)
                return r;

        problems = value_list(&reply, "problems");
        r = session_print(session, &reply, problems, problem_list_columns);
        if (r < 0)
                return r;
        return problem_list_is_serious(problems) ? EXIT_NO : EXIT_SUCCESS;
}

const Verb verb_problems = {
        .name = "problems",
        .arguments = "",
        .help = "List what is wrong with the modules",
        .run = run,
};
