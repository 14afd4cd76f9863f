/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "verb.h"

static const Shape file[] = {
        { "file" },          { "state" }, { "old_size" }, { "new_size" }, { "lines_added" },
        { "lines_removed" }, {}
};

static const Column file_columns[] = {
        { "file", "FILE" },
        { "state", "STATE", COLUMN_STATE },
        { "old_size", "ON DISK", COLUMN_RIGHT, cell_size },
        { "new_size", "WANTED", COLUMN_RIGHT, cell_size },
        { "lines_added", "LINES +", COLUMN_RIGHT },
        { "lines_removed", "LINES -", COLUMN_RIGHT },
        {},
};

static int ask(Session *session, const char *method, const Shape *shape, Value *ret_reply) {
        return session_ask_kernel(
                session, method,
                (RemoteArgument[]){ { .type = 't', .number = session_flags(session, 0) }, {} },
                shape, ret_reply);
}

/* Moves what differs to other rows. */
static int take_differences(Value *files, Value *rows) {
        for (size_t i = 0; i < files->count; i++) {
                Value *row = &files->items[i];

                if (strcmp(value_text(row, "state"), "same") != 0 &&
                    value_add_value(rows, NULL, row) < 0)
                        return -ENOMEM;
        }

        return 0;
}

static bool has_differences(const Value *files) {
        for (size_t i = 0; i < files->count; i++) {
                if (strcmp(value_text(&files->items[i], "state"), "same") != 0)
                        return true;
        }

        return false;
}

static int print_files(Session *session, Value *reply) {
        _cleanup_value_ Value files = {}, rows = { .kind = VALUE_LIST };
        int r;

        if (session->options->json_mode != JSON_OFF)
                return session_print_json(session, reply);
        if (session->options->all)
                return session_print(session, reply, value_list(reply, "files"), file_columns);

        files = value_take(reply, "files");
        r = take_differences(&files, &rows);
        return r < 0 ? r : session_print(session, reply, &rows, file_columns);
}

static int run_diff(Session *session, __attribute__((unused)) int argc,
                    __attribute__((unused)) char *argv[]) {
        static const Shape shape[] = { { "files", file }, { "generation" }, {} };
        _cleanup_value_ Value reply = {};
        bool is_different;
        int r;

        r = ask(session, "Diff", shape, &reply);
        if (r < 0)
                return r;

        is_different = has_differences(value_list(&reply, "files"));
        r = print_files(session, &reply);
        if (r < 0)
                return r;
        return is_different ? EXIT_NO : EXIT_SUCCESS;
}

static int run_verify(Session *session, __attribute__((unused)) int argc,
                      __attribute__((unused)) char *argv[]) {
        static const Shape finding[] = { { "file" }, { "finding" }, {} };
        static const Shape shape[] = { { "intact" }, { "findings", finding }, {} };
        static const Column columns[] = { { "file", "FILE" },
                                          { "finding", "FINDING", COLUMN_WRAP },
                                          {} };
        _cleanup_value_ Value reply = {};
        int r;

        r = ask(session, "Verify", shape, &reply);
        if (r >= 0)
                r = session_print(session, &reply, value_list(&reply, "findings"), columns);
        if (r < 0)
                return r;
        return value_boolean(&reply, "intact") ? EXIT_SUCCESS : EXIT_NO;
}

static const Option options[] = {
        { "all", 'a', NULL, "Also files that are as they should be", offsetof(Options, all) },
        {},
};

const Verb verb_diff = {
        .name = "diff",
        .arguments = "[OPTIONS]",
        .help = "Show which index files would change",
        .options = options,
        .run = run_diff,
};

const Verb verb_verify = {
        .name = "verify",
        .arguments = "",
        .help = "Read the index files back and check them",
        .run = run_verify,
};
