/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "candidate-files.h"
#include "kernel-list.h"
#include "message.h"
#include "verb.h"
#include "wire.h"

/* A module for another kernel has hundreds of wrong symbols, and a few of them tell as much. */
#define ALIKE_MAX 4

static const Shape result[] = { { "module" }, { "verdict" }, { "details" }, {} };
static const Shape problem[] = {
        { "severity" }, { "code" }, { "module" }, { "path" }, { "message" }, { "details" }, {}
};
static const Shape shape[] = {
        { "results", result }, { "problems", problem }, { "generation" }, {}
};

/* What is asked of each kernel. */
typedef struct CheckRun {
        Session *session;
        const CandidateFiles *files;
        Value document; /* a list of answers, each with its "release" */
} CheckRun;

static void check_run_done(CheckRun *run) {
        value_done(&run->document);
}

static RemoteArgument files_argument(const CandidateFiles *files) {
        if (files->is_directory)
                return (RemoteArgument){ .type = 'h', .fds = files->fds };

        return (RemoteArgument){
                .type = 'f', .texts = files->labels, .n_texts = files->count, .fds = files->fds
        };
}

static int ask(CheckRun *run, const char *release) {
        const Options *options = run->session->options;
        char *removed[] = { (char *) options->removed };
        _cleanup_value_ Value reply = {};
        Value *answer;
        int r;

        r = session_ask_manager(
                run->session, run->files->is_directory ? "CheckTree" : "CheckModules",
                (RemoteArgument[]){
                        { .type = 's', .text = release },
                        files_argument(run->files),
                        { .type = 'a', .texts = removed, .n_texts = options->removed ? 1 : 0 },
                        { .type = 't', .number = session_flags(run->session, 0) },
                        {} },
                shape, &reply);
        if (r < 0)
                return r;

        answer = value_add(&run->document, NULL);
        if (!answer)
                return -ENOMEM;
        r = value_add_text(answer, "release", release);
        for (size_t i = 0; r >= 0 && shape[i].name; i++) {
                Value member = value_take(&reply, shape[i].name);

                r = value_add_value(answer, shape[i].name, &member);
        }
        return r;
}

static int ask_all(CheckRun *run) {
        _cleanup_value_ Value reply = {};
        const Value *kernels;
        int r;

        r = kernel_list_ask(run->session, &reply);
        if (r < 0)
                return r;

        kernels = value_list(&reply, "kernels");
        for (size_t i = 0; r >= 0 && i < kernels->count; i++)
                r = ask(run, value_text(&kernels->items[i], "release"));
        return r;
}

static int ask_one(CheckRun *run) {
        _cleanup_value_ Value kernel = {}, properties = {};
        int r;

        r = session_find_kernel(run->session, run->session->options->kernel, &kernel);
        if (r >= 0)
                r = session_ask_properties(run->session, value_text(&kernel, "kernel"),
                                           DEPMOD1_KERNEL, &properties);
        return r < 0 ? r : ask(run, value_text(&properties, "Release"));
}

static int add_row(Value *rows, const char *release, const Value *from, const char *const *keys) {
        Value *row = value_add(rows, NULL);
        int r = row ? value_add_text(row, "release", release) : -ENOMEM;

        for (; r >= 0 && *keys; keys++)
                r = value_add_text(row, *keys, value_text(from, *keys));
        return r;
}

static int add_results(const Value *answer, Value *rows) {
        static const char *const keys[] = { "module", "verdict", NULL };
        const Value *results = value_list(answer, "results");
        int r = 0;

        for (size_t i = 0; r >= 0 && i < results->count; i++) {
                r = add_row(rows, value_text(answer, "release"), &results->items[i], keys);
                if (r >= 0)
                        r = value_add_text(
                                &rows->items[rows->count - 1], "alone",
                                value_text(value_find(&results->items[i], "details"), "Alone"));
        }

        return r;
}

static bool is_alike(const Value *a, const Value *b) {
        return strcmp(value_text(a, "code"), value_text(b, "code")) == 0 &&
               strcmp(value_text(a, "path"), value_text(b, "path")) == 0;
}

static int add_more(const Value *answer, const Value *alike, size_t n, Value *rows) {
        static const char *const keys[] = { "severity", "code", NULL };
        char sentence[64];
        int r;

        r = add_row(rows, value_text(answer, "release"), alike, keys);
        if (r < 0)
                return r;
        (void) snprintf(sentence, sizeof(sentence), "and %zu more of these", n);
        return value_add_text(&rows->items[rows->count - 1], "message", sentence);
}

/* Problems of one kind stand behind each other. */
static int add_problems(const Value *answer, bool is_full, Value *rows) {
        static const char *const keys[] = { "severity", "code", "message", NULL };
        const Value *problems = value_list(answer, "problems");
        size_t n_alike = 0, n_more;
        int r = 0;

        for (size_t i = 0; r >= 0 && i < problems->count; i++) {
                const Value *item = &problems->items[i];
                bool is_last = i + 1 == problems->count || !is_alike(item, item + 1);

                if (is_full || n_alike < ALIKE_MAX)
                        r = add_row(rows, value_text(answer, "release"), item, keys);
                n_alike++;
                n_more = (is_full || n_alike < ALIKE_MAX ? 0 : n_alike - ALIKE_MAX) +
                         value_number(value_find(item, "details"), "Omitted");
                if (r >= 0 && is_last && n_more > 0)
                        r = add_more(answer, item, n_more, rows);
                n_alike = is_last ? 0 : n_alike;
        }

        return r;
}

static int print(CheckRun *run) {
        static const Column results_columns[] = { { "release", "KERNEL" },
                                                  { "module", "MODULE" },
                                                  { "verdict", "VERDICT", COLUMN_STATE },
                                                  { "alone", "ALONE", COLUMN_STATE },
                                                  {} };
        static const Column problems_columns[] = { { "severity", "SEVERITY", COLUMN_STATE },
                                                   { "code", "PROBLEM" },
                                                   { "message", "MESSAGE", COLUMN_WRAP },
                                                   {} };
        const Options *options = run->session->options;
        _cleanup_value_ Value results = { .kind = VALUE_LIST };
        int r = 0;

        if (!session_begin_text(run->session))
                return session_print_json(run->session, options->all_kernels
                                                                ? &run->document
                                                                : &run->document.items[0]);

        for (size_t i = 0; r >= 0 && i < run->document.count; i++)
                r = add_results(&run->document.items[i], &results);
        if (r >= 0)
                r = session_print(run->session, &run->document, &results, results_columns);
        for (size_t i = 0; r >= 0 && i < run->document.count; i++) {
                const Value *answer = &run->document.items[i];
                _cleanup_value_ Value problems = { .kind = VALUE_LIST };

                r = add_problems(answer, options->full, &problems);
                if (r < 0 || problems.count == 0)
                        continue;
                (void) puts("");
                if (options->all_kernels)
                        printf("%s:\n", value_text(answer, "release"));
                r = session_print(run->session, &run->document, &problems, problems_columns);
        }

        return r;
}

static bool is_empty(const Value *answers) {
        for (size_t i = 0; i < answers->count; i++) {
                if (value_list(&answers->items[i], "results")->count > 0)
                        return false;
        }

        return answers->count > 0;
}

static bool all_load(const Value *answers) {
        for (size_t i = 0; i < answers->count; i++) {
                const Value *results = value_list(&answers->items[i], "results");

                for (size_t j = 0; j < results->count; j++) {
                        if (strcmp(value_text(&results->items[j], "verdict"), "loads") != 0)
                                return false;
                }
        }

        return true;
}

static int run_check(Session *session, int argc, char *argv[]) {
        _cleanup_candidate_files_ CandidateFiles files = {};
        _cleanup_(check_run_done) CheckRun run = { .session = session,
                                                   .files = &files,
                                                   .document = { .kind = VALUE_LIST } };
        int r;

        r = session_check_descriptors(session);
        if (r >= 0)
                r = candidate_files_open(&files, argv, (size_t) argc, session->options->as);
        if (r >= 0)
                r = session->options->all_kernels ? ask_all(&run) : ask_one(&run);
        if (r >= 0 && is_empty(&run.document)) {
                message_error("There is no module file in %s", argv[0]);
                r = -ENOENT;
        }
        if (r >= 0)
                r = print(&run);
        if (r < 0)
                return r;
        return all_load(&run.document) ? EXIT_SUCCESS : EXIT_NO;
}

static const Option options[] = {
        { "all-kernels", 0, NULL, "For each kernel that there is", offsetof(Options, all_kernels) },
        { "as", 0, "DIR", "Files would lie in DIR (default: updates)", offsetof(Options, as) },
        { "remove", 0, "MODULE", "MODULE would be removed", offsetof(Options, removed) },
        {},
};

const Verb verb_check = {
        .name = "check",
        .arguments = "[OPTIONS] FILE...|DIR",
        .help = "Tell whether modules would load",
        .options = options,
        .n_arguments_min = 1,
        .n_arguments_max = -1,
        .flags = VERB_PRIVILEGED,
        .run = run_check,
};
