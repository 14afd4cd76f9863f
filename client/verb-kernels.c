/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-list.h"
#include "verb.h"

static int run(Session *session, __attribute__((unused)) int argc,
               __attribute__((unused)) char *argv[]) {
        _cleanup_value_ Value reply = {};
        int r;

        r = kernel_list_ask(session, &reply);
        if (r < 0)
                return r;
        return session_print(session, &reply, value_list(&reply, "kernels"), kernel_list_columns);
}

const Verb verb_kernels = {
        .name = "kernels",
        .arguments = "",
        .help = "List the kernels and how their index is",
        .run = run,
};
