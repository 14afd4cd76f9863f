/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-list.h"

const Column kernel_list_columns[] = {
        { "release", "KERNEL" },
        { "state", "STATE", COLUMN_STATE },
        { "n_modules", "MODULES", COLUMN_RIGHT },
        { "n_problems", "PROBLEMS", COLUMN_RIGHT },
        { "generation", "GENERATION", COLUMN_RIGHT, cell_generation },
        { "published", "PUBLISHED", COLUMN_RIGHT, cell_generation },
        { "last_change_usec", "LAST CHANGE", COLUMN_SHORTEN, cell_time },
        {},
};

int kernel_list_ask(Session *session, Value *ret_reply) {
        static const Shape kernel[] = { { "release" },    { "object" },     { "state" },
                                        { "generation" }, { "published" },  { "last_change_usec" },
                                        { "n_modules" },  { "n_problems" }, {} };
        static const Shape shape[] = { { "kernels", kernel }, {} };

        return session_ask_manager(
                session, "ListKernels",
                (RemoteArgument[]){ { .type = 't', .number = session_flags(session, 0) }, {} },
                shape, ret_reply);
}
