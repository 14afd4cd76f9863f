/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * modprobe-answers DIRECTORY VERSION CONFIGURATION COMMAND-LINE
 *
 * Answers the questions on stdin about a kernel directory and a configuration of modprobe, to be
 * compared with what modprobe answers. COMMAND-LINE is the file with the kernel's, or "". A
 * question is a line of a keyword and a name; its answer is the lines that follow it, and an empty
 * line.
 *
 *   plan NAME      what modprobe --show-depends prints
 *   listed NAME    what it prints with -b
 *   blocked NAME   the verdict on a module
 */
#include <stdio.h>

#include "blocked.h"
#include "refresh.h"

typedef struct Answering {
        Prober *prober;
        const ModprobeConfig *config;
        const char *directory;
        const Lookup *lookup;
        Pulls pulls;
} Answering;

static void print_step(const Answering *answering, const ProbeStep *step) {
        _cleanup_buffer_ Buffer options = {};

        probe_step_options(step, answering->config, &options);
        buffer_append_string(&options, options.size > 0 ? " " : "");
        buffer_append_byte(&options, '\0');
        if (buffer_error(&options) < 0)
                return;

        switch (step->action) {
        case PROBE_INSERT:
                printf("insmod %s/%s %s\n", answering->directory,
                       lookup_path(answering->lookup, step->module), options.data);
                break;
        case PROBE_COMMAND:
                printf("install %s %s\n", step->command->text, options.data);
                break;
        case PROBE_BUILTIN:
                printf("builtin %s\n", step->name);
                break;
        case PROBE_MISSING:
                break;
        }
}

static int print_plan(const Answering *answering, const char *name, unsigned flags) {
        _cleanup_probe_plan_ ProbePlan plan = {};
        int r;

        r = prober_plan(answering->prober, name, flags, &plan);
        if (r == PROBE_UNKNOWN)
                printf("not found\n");
        for (size_t i = 0; r == 0 && i < plan.count; i++)
                print_step(answering, &plan.steps[i]);
        return r;
}

static int print_blocked(const Answering *answering, const char *name) {
        static const char *const verdicts[] = { [BLOCKED_BUILTIN] = "builtin",
                                                [BLOCKED_OPEN] = "open",
                                                [BLOCKED_UNKNOWN] = "unknown",
                                                [BLOCKED_ON_REQUEST] = "on-request",
                                                [BLOCKED_FULLY] = "blocked" };
        _cleanup_blocked_ Blocked blocked = {};
        uint32_t module;
        int r;

        r = lookup_find_name(answering->lookup, name, &module);
        if (r == 0)
                r = blocked_find(answering->prober, &answering->pulls, module, &blocked);
        if (r == 0)
                printf("%s\n", verdicts[blocked.verdict]);
        return r;
}

static int answer(const Answering *answering, const char *line) {
        static const char plan[] = "plan ", listed[] = "listed ", blocked[] = "blocked ";

        if (strncmp(line, plan, strlen(plan)) == 0)
                return print_plan(answering, line + strlen(plan), 0);
        if (strncmp(line, listed, strlen(listed)) == 0)
                return print_plan(answering, line + strlen(listed), PROBE_BLACKLIST);
        if (strncmp(line, blocked, strlen(blocked)) == 0)
                return print_blocked(answering, line + strlen(blocked));
        return -1;
}

static int answer_all(const Model *model, const ModprobeConfig *config) {
        _cleanup_(lookup_freep) Lookup *lookup = NULL;
        _cleanup_(prober_freep) Prober *prober = NULL;
        Answering answering = { .config = config, .directory = model->tree.directory };
        _cleanup_free_ char *line = NULL;
        size_t capacity = 0;
        ssize_t size;
        int r;

        r = lookup_new(&lookup, model, NULL);
        if (r >= 0)
                r = prober_new(&prober, lookup, config);
        if (r >= 0)
                r = pulls_build(&answering.pulls, prober);
        if (r < 0)
                return r;

        answering.prober = prober;
        answering.lookup = lookup;
        while ((size = getline(&line, &capacity, stdin)) > 0) {
                if (line[size - 1] == '\n')
                        line[size - 1] = '\0';
                if (answer(&answering, line) < 0)
                        printf("cannot answer\n");
                printf("\n");
        }

        pulls_done(&answering.pulls);
        return 0;
}

int main(int argc, char *argv[]) {
        static const char *const no_configuration[] = { NULL };
        RefreshOptions options = { .config_paths = no_configuration,
                                   .read_builtin = true,
                                   .n_workers = 2 };
        _cleanup_refresh_failure_ RefreshFailure failure = {};
        _cleanup_modprobe_config_ ModprobeConfig config = {};
        _cleanup_model_ Model model = {};

        if (argc != 5)
                return EXIT_FAILURE;

        options.directory = argv[1];
        options.version = argv[2];
        if (modprobe_config_read(&config, (const char *const[]){ argv[3], NULL },
                                 argv[4][0] != '\0' ? argv[4] : NULL) < 0 ||
            model_init(&model, argv[1]) < 0 ||
            refresh_model(&model, &options, NULL, &failure) != 0 || answer_all(&model, &config) < 0)
                return EXIT_FAILURE;

        return EXIT_SUCCESS;
}
