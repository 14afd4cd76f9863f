/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel-list.h"
#include "problem-list.h"
#include "verb.h"
#include "wire.h"

#define PROBLEMS_SHOWN 5

/* The beginning of the list is enough for a status. */
static int add_problems(Session *session, const char *path, Value *document) {
        _cleanup_value_ Value reply = {}, problems = {};
        int r;

        r = problem_list_ask(session, path, &reply);
        if (r < 0)
                return r;

        problems = value_take(&reply, "problems");
        while (problems.count > PROBLEMS_SHOWN)
                value_done(&problems.items[--problems.count]);
        return value_add_value(document, "first_problems", &problems);
}

static int print_problems(Session *session, const char *release, uint64_t count,
                          const Value *problems) {
        if (problems->count == 0)
                return 0;

        if (count > problems->count)
                printf("\nProblems of %s, the first %zu of %" PRIu64
                       ", see depmodctl problems -k %s:\n",
                       release, problems->count, count, release);
        else
                printf("\nProblems of %s:\n", release);
        return session_print(session, problems, problems, problem_list_columns);
}

/* The properties of the manager, "kernels", and of those with problems the first of them. */
static int fetch_manager(Session *session, Value *ret_document) {
        _cleanup_value_ Value reply = {}, kernels = {};
        int r;

        /* First what makes it look, then what it says of itself. */
        r = kernel_list_ask(session, &reply);
        if (r >= 0)
                r = session_ask_properties(session, NULL, DEPMOD1_MANAGER, ret_document);
        if (r >= 0)
                r = value_add_boolean(ret_document, "private", remote_is_private(session->remote));
        if (r < 0)
                return r;

        kernels = value_take(&reply, "kernels");
        for (size_t i = 0; i < kernels.count; i++) {
                Value *kernel = &kernels.items[i];

                if (value_number(kernel, "n_problems") > 0)
                        r = add_problems(session, value_text(kernel, "object"), kernel);
                if (r < 0)
                        return r;
        }

        return value_add_value(ret_document, "kernels", &kernels);
}

static int print_manager(Session *session, Value *document) {
        static const Column columns[] = {
                { "asked", "Asked" },
                { "Version", "Version" },
                { "State", "State", COLUMN_STATE },
                { "Watching", "Watching" },
                { "ModulesPath", "Modules" },
                { "RunningKernel", "Running" },
                { "NInhibitors", "Inhibitors" },
                {},
        };
        const Value *kernels;
        int r;

        r = value_add_text(document, "asked",
                           remote_is_private(session->remote) ? "a private instance, just started"
                                                              : "the daemon");
        if (r >= 0)
                r = session_print_lines(session, document, columns);
        if (r < 0)
                return r;

        kernels = value_list(document, "kernels");
        (void) puts(kernels->count > 0 ? "" : "\nThere are no kernels.");
        r = session_print(session, document, kernels, kernel_list_columns);
        for (size_t i = 0; r >= 0 && i < kernels->count; i++)
                r = print_problems(session, value_text(&kernels->items[i], "release"),
                                   value_number(&kernels->items[i], "n_problems"),
                                   value_list(&kernels->items[i], "first_problems"));
        return r;
}

static int run_manager(Session *session) {
        _cleanup_value_ Value document = {};
        int r;

        r = fetch_manager(session, &document);
        if (r < 0)
                return r;
        return session_begin_text(session) ? print_manager(session, &document)
                                           : session_print_json(session, &document);
}

static int add_kernel(Session *session, const char *release, Value *kernels) {
        _cleanup_value_ Value found = {}, kernel = {}, document = {};
        const char *path;
        int r;

        r = session_find_kernel(session, release, &found);
        if (r < 0)
                return r;

        path = value_text(&found, "kernel");
        r = add_problems(session, path, &document);
        if (r >= 0)
                r = session_ask_properties(session, path, DEPMOD1_KERNEL, &kernel);
        if (r >= 0)
                r = value_add_value(&kernel, "first_problems", &document.items[0]);
        return r < 0 ? r : value_add_value(kernels, NULL, &kernel);
}

static int print_kernel(Session *session, const Value *kernel) {
        static const Column columns[] = {
                { "Release", "Kernel" },
                { "State", "State", COLUMN_STATE },
                { "Path", "Modules in" },
                { "NModules", "Modules" },
                { "NProblems", "Problems" },
                { "Generation", "Generation", 0, cell_generation },
                { "PublishedGeneration", "Published", 0, cell_generation },
                { "LastChangeUSec", "Last change", 0, cell_time },
                { "LastPublishUSec", "Last published", 0, cell_time },
                { "Writable", "Writable" },
                {},
        };
        int r;

        r = session_print_lines(session, kernel, columns);
        if (r < 0)
                return r;
        return print_problems(session, value_text(kernel, "Release"),
                              value_number(kernel, "NProblems"),
                              value_list(kernel, "first_problems"));
}

static int run_kernels(Session *session, int n, const char *const *releases) {
        _cleanup_value_ Value kernels = { .kind = VALUE_LIST };
        int r = 0;

        for (int i = 0; r >= 0 && i < n; i++)
                r = add_kernel(session, releases[i], &kernels);
        if (r < 0)
                return r;
        if (!session_begin_text(session))
                return session_print_json(session, &kernels);

        for (size_t i = 0; r >= 0 && i < kernels.count; i++) {
                if (i > 0)
                        (void) puts("");
                r = print_kernel(session, &kernels.items[i]);
        }
        return r;
}

static int run(Session *session, int argc, char *argv[]) {
        if (argc > 0)
                return run_kernels(session, argc, (const char *const *) argv);
        if (session->options->kernel)
                return run_kernels(session, 1, &session->options->kernel);
        return run_manager(session);
}

const Verb verb_status = {
        .name = "status",
        .arguments = "[KERNEL...]",
        .help = "Show the state of all, or of some kernels",
        .n_arguments_max = -1,
        .run = run,
};
