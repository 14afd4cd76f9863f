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

/* Moves what differs to the rows. */
static int select_differences(Value *files, Value *rows) {
        for (size_t i = 0; i < files->count; i++) {
                Value *row = &files->items[i];

                if (strcmp(value_text(row, "state"), "same") != 0 &&
                    value_add_value(rows, NULL, row) < 0)
                        return -ENOMEM;
        }

        return 0;
}

static bool is_same(const Value *files) {
        for (size_t i = 0; i < files->count; i++) {
                if (strcmp(value_text(&files->items[i], "state"), "same") != 0)
                        return false;
        }

        return true;
}

static int run_diff(Session *session, __attribute__((unused)) int argc,
                    __attribute__((unused)) char *argv[]) {
        static const Shape shape[] = { { "files", file }, { "generation" }, {} };
        _cleanup_value_ Value reply = {}, rows = { .kind = VALUE_LIST };
        bool has_no_difference;
        Value *files;
        int r;

        r = ask(session, "Diff", shape, &reply);
        if (r < 0)
                return r;

        files = (Value *) value_list(&reply, "files");
        has_no_difference = is_same(files);
        if (session->options->json_mode != JSON_OFF)
                r = session_print_json(session, &reply);
        else if (session->options->all)
                r = session_print(session, &reply, files, file_columns);
        else {
                r = select_differences(files, &rows);
                if (r >= 0)
                        r = session_print(session, &reply, &rows, file_columns);
        }
        if (r < 0)
                return r;
        return has_no_difference ? EXIT_SUCCESS : EXIT_NO;
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
