/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "problem-list.h"

#include <string.h>

#include "wire.h"

const Column problem_list_columns[] = {
        { "severity", "SEVERITY", COLUMN_STATE },
        { "code", "PROBLEM" },
        { "module", "MODULE" },
        { "message", "MESSAGE", COLUMN_WRAP },
        {},
};

int problem_list_ask(Session *session, const char *kernel_path, Value *ret_reply) {
        static const Shape problem[] = {
                { "severity" }, { "code" }, { "module" }, { "path" }, { "message" },
                { "details" },  {}
        };
        static const Shape shape[] = { { "problems", problem }, { "generation" }, {} };

        return session_ask(
                session,
                &(RemoteCall){
                        .path = kernel_path,
                        .interface = DEPMOD1_KERNEL,
                        .method = "ListProblems",
                        .arguments =
                                (RemoteArgument[]){
                                        { .type = 't', .number = session_flags(session, 0) }, {} },
                        .shape = shape },
                ret_reply);
}

bool problem_list_is_serious(const Value *problems) {
        for (size_t i = 0; i < problems->count; i++) {
                if (strcmp(value_text(&problems->items[i], "severity"), "info") != 0)
                        return true;
        }

        return false;
}
