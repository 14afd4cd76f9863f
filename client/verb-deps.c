/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "module-tree.h"
#include "tree-fold.h"
#include "verb.h"
#include "wire.h"

static const Column table_columns[] = {
        { "name", "MODULE" },
        { "edges", "BY", 0, cell_edges },
        { "path", "PATH", COLUMN_SHORTEN },
        {},
};

static const Column tree_columns[] = {
        { "name", "MODULE", COLUMN_TREE },
        { "edges", "BY", 0, cell_edges },
        { "note", "NOTE" },
        {},
};

/* One direction of the graph. */
typedef struct Direction {
        Session *session;
        const char *method;
        const char *key; /* the interface's name for what it returns */
} Direction;

static int ask(const Direction *direction, const char *name, uint64_t flags, Value *ret_reply) {
        static const Shape edge[] = { { "name" }, { "path" }, { "edges" }, {} };
        const Shape shape[] = { { direction->key, edge }, { "generation" }, {} };
        Session *session = direction->session;

        return session_ask_kernel(
                session, direction->method,
                (RemoteArgument[]){ { .type = 's', .text = name },
                                    { .type = 't', .number = session_flags(session, flags) },
                                    {} },
                shape, ret_reply);
}

static uint64_t flags_of(const Options *options) {
        uint64_t flags = 0;

        if (options->all)
                flags |= DEPMOD1_DEPENDENCIES_TRANSITIVE;
        if (!options->no_soft)
                flags |= DEPMOD1_DEPENDENCIES_SOFT;
        return flags;
}

static int ask_level(void *userdata, const char *name, Value *ret_edges) {
        const Direction *direction = userdata;
        _cleanup_value_ Value reply = {};
        uint64_t flags;
        int r;

        flags = flags_of(direction->session->options) & ~DEPMOD1_DEPENDENCIES_TRANSITIVE;
        r = ask(direction, name, flags, &reply);
        if (r < 0)
                return r;

        *ret_edges = value_take(&reply, direction->key);
        return 0;
}

/* Says in words, for people, which rows go on elsewhere. */
static int add_notes(Value *rows) {
        for (size_t i = 0; i < rows->count; i++) {
                if (value_boolean(&rows->items[i], "repeated") &&
                    value_add_text(&rows->items[i], "note", "see above") < 0)
                        return -ENOMEM;
        }

        return 0;
}

static int print_tree(Direction *direction, const char *name) {
        Session *session = direction->session;
        _cleanup_value_ Value rows = { .kind = VALUE_LIST };
        int r;

        r = module_tree_unfold(name, ask_level, direction, &rows);
        if (r < 0)
                return r;
        if (session->options->json_mode == JSON_OFF) {
                r = add_notes(&rows);
                if (r >= 0 && !session->options->full)
                        r = tree_fold(&rows);
                if (r < 0)
                        return r;
        }
        return session_print(session, &rows, &rows, tree_columns);
}

static int print_table(Direction *direction, const char *name) {
        Session *session = direction->session;
        _cleanup_value_ Value reply = {};
        int r;

        r = ask(direction, name, flags_of(session->options), &reply);
        if (r < 0)
                return r;
        return session_print(session, &reply, value_list(&reply, direction->key), table_columns);
}

static int run(Direction *direction, const char *name) {
        return direction->session->options->tree ? print_tree(direction, name)
                                                 : print_table(direction, name);
}

static int run_deps(Session *session, __attribute__((unused)) int argc, char *argv[]) {
        return run(&(Direction){ session, "GetDependencies", "dependencies" }, argv[0]);
}

static int run_rdeps(Session *session, __attribute__((unused)) int argc, char *argv[]) {
        return run(&(Direction){ session, "GetReverseDependencies", "dependents" }, argv[0]);
}

static const Option options[] = {
        { "all", 'a', NULL, "Also what is needed indirectly", offsetof(Options, all) },
        { "tree", 't', NULL, "All of it as a tree, each module unfolded once",
          offsetof(Options, tree) },
        { "no-soft", 0, NULL, "Without softdeps", offsetof(Options, no_soft) },
        {},
};

const Verb verb_deps = {
        .name = "deps",
        .arguments = "[OPTIONS] MODULE",
        .help = "Show what a module needs",
        .options = options,
        .n_arguments_min = 1,
        .n_arguments_max = 1,
        .run = run_deps,
};

const Verb verb_rdeps = {
        .name = "rdeps",
        .arguments = "[OPTIONS] MODULE",
        .help = "Show what needs a module",
        .options = options,
        .n_arguments_min = 1,
        .n_arguments_max = 1,
        .run = run_rdeps,
};
