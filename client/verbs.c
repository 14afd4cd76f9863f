/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index-verb.h"
#include "macro.h"
#include "message.h"

static int help_run(__attribute__((unused)) Session *session, int argc, char *argv[]) {
        const Verb *verb = argc > 0 ? verb_find(argv[0]) : NULL;

        if (argc > 0 && !verb) {
                message_error("Unknown verb '%s', see depmodctl --help", argv[0]);
                return EXIT_FAILURE;
        }
        return verb_print_help(verb);
}

static const Verb verb_index = {
        .name = "index",
        .arguments = "[OPTIONS] [VERSION]",
        .help = "Write the index files without the daemon",
        .run_alone = index_verb,
};

static const Verb verb_help = {
        .name = "help",
        .arguments = "[VERB]",
        .help = "Show this help, or that of a verb",
        .n_arguments_max = 1,
        .run = help_run,
};

static const Verb *const verbs[] = {
        &verb_status,       &verb_kernels,  &verb_list,     &verb_show,      &verb_deps,
        &verb_rdeps,        &verb_order,    &verb_resolve,  &verb_why,       &verb_blocked,
        &verb_graph,        &verb_alias,    &verb_state,    &verb_devices,   &verb_provides,
        &verb_users,        &verb_problems, &verb_shadowed, &verb_conflicts, &verb_diff,
        &verb_diff_kernels, &verb_verify,   &verb_log,      &verb_settle,    &verb_refresh,
        &verb_reload,       &verb_monitor,  &verb_inhibit,  &verb_cat,       &verb_statistics,
        &verb_index,        &verb_help,
};

const Verb *verb_find(const char *name) {
        for (size_t i = 0; i < ELEMENTSOF(verbs); i++) {
                if (strcmp(verbs[i]->name, name) == 0)
                        return verbs[i];
        }

        return NULL;
}

static void print_help_of_verb(const Verb *verb) {
        printf("Usage:\n"
               "  depmodctl %s%s%s\n"
               "\n"
               "%s.\n",
               verb->name, verb->arguments[0] != '\0' ? " " : "", verb->arguments, verb->help);
        if (verb->options) {
                printf("\nOptions:\n");
                options_print(verb->options);
        }
        printf("\nThe options of all verbs are in depmodctl help.\n");
}

int verb_print_help(const Verb *verb) {
        if (verb && verb->run_alone)
                return verb->run_alone(2,
                                       (char *[]){ (char *) verb->name, (char *) "--help", NULL });
        if (verb && verb != &verb_help) {
                print_help_of_verb(verb);
                return EXIT_SUCCESS;
        }

        printf("Usage:\n"
               "  depmodctl [OPTIONS] [VERB] [OPTIONS] [ARGUMENT...]\n"
               "  depmod [OPTIONS] [VERSION [FILE...]]\n"
               "\n"
               "Verbs:\n");
        for (size_t i = 0; i < ELEMENTSOF(verbs); i++)
                printf("  %-12s %-21s %s\n", verbs[i]->name, verbs[i]->arguments, verbs[i]->help);
        printf("\n"
               "Options:\n");
        options_print(common_options);
        printf("\n"
               "Exit status: 0 all is well, 1 failed, 3 the answer is no, 4 nobody to ask.\n"
               "Called as depmod it takes the command line of kmod's depmod, see depmod --help.\n");
        return EXIT_SUCCESS;
}

static int check_arguments(const Verb *verb, int argc, char *argv[]) {
        if (argc < verb->n_arguments_min) {
                char number[16];

                (void) snprintf(number, sizeof(number), "%d", verb->n_arguments_min);
                message_error("%s takes %s argument%s: %s, see depmodctl %s --help", verb->name,
                              verb->n_arguments_min == 1 ? "an" : number,
                              verb->n_arguments_min == 1 ? "" : "s", verb->arguments, verb->name);
                return -EINVAL;
        }
        if (verb->n_arguments_max >= 0 && argc > verb->n_arguments_max) {
                message_error("%s takes no argument '%s', see depmodctl %s --help", verb->name,
                              argv[verb->n_arguments_max], verb->name);
                return -EINVAL;
        }

        return 0;
}

static int run_verb(const Verb *verb, const Options *options, int argc, char *argv[]) {
        _cleanup_session_ Session session = { .options = options, .terminal = terminal_look() };
        int r;

        if (verb != &verb_help) {
                r = session_open(&session,
                                 (SessionNeeds){ .daemon = verb->flags & VERB_NEEDS_DAEMON,
                                                 .privilege = (verb->flags & VERB_PRIVILEGED) ||
                                                              options->ignore_inhibitors });
                if (r == -ENOTCONN)
                        return EXIT_UNREACHABLE;
                if (r < 0)
                        return EXIT_FAILURE;
        }

        r = verb->run(&session, argc, argv);
        if (r == -ENOTCONN)
                return EXIT_UNREACHABLE;
        return r < 0 ? EXIT_FAILURE : r;
}

static int print_version(void) {
        printf("depmodctl %s\n", DEPMODD_VERSION);
        return EXIT_SUCCESS;
}

/* Behind the verb: argv[0] is the verb's name. */
static int parse_and_run(const Verb *verb, Options *options, int argc, char *argv[]) {
        _cleanup_free_ char *program = NULL;
        int first;

        if (asprintf(&program, "depmodctl %s", verb->name) < 0) {
                program = NULL;
                return EXIT_FAILURE;
        }
        argv[0] = program; /* for what getopt has to say */

        first = options_parse(options, verb->options, argc, argv, verb->flags & VERB_COMMAND);
        if (first < 0)
                return EXIT_FAILURE;
        if (options->help)
                return verb_print_help(verb);
        if (options->version)
                return print_version();
        if (check_arguments(verb, argc - first, argv + first) < 0 || options_check(options) < 0)
                return EXIT_FAILURE;

        return run_verb(verb, options, argc - first, argv + first);
}

int verb_main(int argc, char *argv[]) {
        Options options = {};
        char *only[] = { (char *) verb_status.name, NULL };
        const Verb *verb;
        int first;

        first = options_parse(&options, NULL, argc, argv, true);
        if (first < 0)
                return EXIT_FAILURE;
        if (options.help)
                return verb_print_help(NULL);
        if (options.version)
                return print_version();
        if (first == argc)
                return parse_and_run(&verb_status, &options, 1, only);

        verb = verb_find(argv[first]);
        if (!verb) {
                message_error("Unknown verb '%s', see depmodctl --help", argv[first]);
                return EXIT_FAILURE;
        }
        if (!verb->run_alone)
                return parse_and_run(verb, &options, argc - first, argv + first);
        if (first > 1) {
                message_error("%s takes its options behind it, see depmodctl %s --help", verb->name,
                              verb->name);
                return EXIT_FAILURE;
        }
        return verb->run_alone(argc - first, argv + first);
}
