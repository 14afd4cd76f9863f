/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "macro.h"
#include "message.h"

#define OPTIONS_MAX 40
#define TIMEOUT_DEFAULT_USEC UINT64_C(120000000)
#define SECOND_USEC UINT64_C(1000000)
#define TIMEOUT_SECONDS_MAX 1000000000UL

#define FIELD(name) offsetof(Options, name)

const Option common_options[] = {
        { "kernel", 'k', "KERNEL", "The kernel (default: the running, or only one)",
          FIELD(kernel) },
        { "root", 0, "DIR", "The kernels below DIR, through a private instance", FIELD(root) },
        { "module-dir", 0, "DIR", "Below the root instead of lib/modules",
          FIELD(module_directory) },
        { "offline", 0, NULL, "Ask a private instance, also if depmodd runs", FIELD(offline) },
        { "host", 'H', "HOST", "Ask the daemon of [USER@]HOST, through ssh", FIELD(host) },
        { "machine", 'M', "CONTAINER", "Ask the daemon of a local container", FIELD(machine) },
        { "stale", 0, NULL, "Answer at once, without a look at what has changed", FIELD(stale) },
        { "timeout", 0, "SEC", "Wait so long for an answer (default: 120)", FIELD(timeout) },
        { "json", 0, "MODE", "Print JSON: pretty, short or off", FIELD(json) },
        { "", 'j', NULL, "The same: pretty on a terminal, else short", FIELD(json_by_terminal) },
        { "no-pager", 0, NULL, "Do not show long output in a pager", FIELD(no_pager) },
        { "no-legend", 0, NULL, "Print tables without their header", FIELD(no_legend) },
        { "full", 'l', NULL, "Do not shorten cells to the terminal's width", FIELD(full) },
        { "no-ask-password", 0, NULL, "Do not ask for a password", FIELD(no_ask_password) },
        { "quiet", 'q', NULL, "Print errors only, the exit status tells", FIELD(quiet) },
        { "version", 0, NULL, "Show the version", FIELD(version) },
        { "help", 'h', NULL, "Show this help, or after a verb its own", FIELD(help) },
        {},
};

/* What getopt_long() reads, and which option is meant by each of its values. */
typedef struct Getopt {
        struct option longs[OPTIONS_MAX + 1];
        char letters[2 * OPTIONS_MAX + 2];
        const Option *by_value[OPTIONS_MAX];
        int n_options;
        size_t n_longs;
} Getopt;

static void add_table(Getopt *parser, const Option *table) {
        for (; table && table->name && parser->n_options < OPTIONS_MAX; table++) {
                int value = parser->n_options++;

                parser->by_value[value] = table;
                if (table->name[0] != '\0')
                        parser->longs[parser->n_longs++] = (struct option){
                                .name = table->name,
                                .has_arg = table->argument ? required_argument : no_argument,
                                .val = value,
                        };
                if (table->letter) {
                        char *end = parser->letters + strlen(parser->letters);

                        *end++ = table->letter;
                        *end = table->argument ? ':' : '\0';
                }
        }
}

/* A long option gives its place in the tables, a short one its letter; the letters are larger. */
static const Option *find_option(const Getopt *parser, int value) {
        if (value < parser->n_options)
                return parser->by_value[value];
        for (int i = 0; i < parser->n_options; i++) {
                if (parser->by_value[i]->letter == value)
                        return parser->by_value[i];
        }

        return NULL;
}

static int take_option(Options *options, const Option *option, const char *program) {
        char *field = (char *) options + option->field;

        if (!option->argument) {
                *(bool *) field = true;
                return 0;
        }
        /* What a script made of a variable that was not set. */
        if (optarg[0] == '\0') {
                (void) fprintf(stderr, "%s: --%s takes a value, not ''\n", program, option->name);
                return -EINVAL;
        }

        *(const char **) field = optarg;
        return 0;
}

int options_parse(Options *options, const Option *own, int argc, char *argv[],
                  bool until_argument) {
        Getopt parser = { .letters = "+" };
        const char *letters = parser.letters;
        int value, r;

        _Static_assert(OPTIONS_MAX < '0', "a value may be taken for a letter");
        add_table(&parser, own);
        add_table(&parser, common_options);
        if (!until_argument)
                letters++;

        optind = 0; /* from the beginning */
        while ((value = getopt_long(argc, argv, letters, parser.longs, NULL)) >= 0) {
                const Option *option = find_option(&parser, value);

                if (value == '?' || !option)
                        return -EINVAL;
                r = take_option(options, option, argv[0]);
                if (r < 0)
                        return r;
        }

        return optind;
}

static int check_json(Options *options) {
        static const char *const modes[] = {
                [JSON_OFF] = "off", [JSON_SHORT] = "short", [JSON_PRETTY] = "pretty"
        };

        if (options->json_by_terminal)
                options->json_mode = isatty(STDOUT_FILENO) ? JSON_PRETTY : JSON_SHORT;
        if (!options->json)
                return 0;

        for (size_t i = 0; i < ELEMENTSOF(modes); i++) {
                if (strcmp(options->json, modes[i]) == 0) {
                        options->json_mode = (JsonMode) i;
                        return 0;
                }
        }

        message_error("--json takes pretty, short or off, not '%s'", options->json);
        return -EINVAL;
}

static int check_timeout(Options *options) {
        unsigned long seconds;
        char *end;

        options->timeout_usec = TIMEOUT_DEFAULT_USEC;
        if (!options->timeout)
                return 0;

        /* strtoul() takes spaces and signs, too. */
        seconds = strtoul(options->timeout, &end, 10);
        if (!isdigit((unsigned char) options->timeout[0]) || *end != '\0' || seconds == 0 ||
            seconds > TIMEOUT_SECONDS_MAX) {
                message_error("--timeout takes a number of seconds, not '%s'", options->timeout);
                return -EINVAL;
        }

        options->timeout_usec = seconds * SECOND_USEC;
        return 0;
}

int options_check(Options *options) {
        bool is_elsewhere = options->host || options->machine;
        bool is_private =
                options->root || options->module_directory || options->sysfs || options->offline;

        if (options->host && options->machine) {
                message_error("Either --host or --machine");
                return -EINVAL;
        }
        if (is_elsewhere && is_private) {
                message_error(
                        "--root, --module-dir, --sysfs and --offline are for this machine, and not "
                        "for --host and --machine");
                return -EINVAL;
        }

        return check_json(options) < 0 ? -EINVAL : check_timeout(options);
}

void options_print(const Option *table) {
        for (; table->name; table++) {
                char names[64], letter[] = { '-', table->letter, '\0' };
                bool has_both = table->letter && table->name[0] != '\0';

                (void) snprintf(names, sizeof(names), "%s%s%s%s%s%s",
                                table->letter ? letter : "    ", has_both ? ", " : "",
                                table->name[0] != '\0' ? "--" : "", table->name,
                                table->argument ? "=" : "", table->argument ? table->argument : "");
                printf("  %-23s %s\n", names, table->help);
        }
}
