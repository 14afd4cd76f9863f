/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "depmod-options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "depmod-message.h"
#include "option-values.h"
#include "parallel.h"

#define MODULE_DIRECTORY "lib/modules"

enum {
        OPTION_JOBS = 256,
        OPTION_KMOD,
        OPTION_NO_SYNC,
};

static const char short_options[] = "aAb:m:o:C:E:F:euqrvnP:wVh";

static const struct option long_options[] = {
        { "all", no_argument, NULL, 'a' },
        { "quick", no_argument, NULL, 'A' },
        { "basedir", required_argument, NULL, 'b' },
        { "moduledir", required_argument, NULL, 'm' },
        { "outdir", required_argument, NULL, 'o' },
        { "config", required_argument, NULL, 'C' },
        { "symvers", required_argument, NULL, 'E' },
        { "filesyms", required_argument, NULL, 'F' },
        { "errsyms", no_argument, NULL, 'e' },
        { "unresolved-error", no_argument, NULL, 'u' },
        { "quiet", no_argument, NULL, 'q' },
        { "root", no_argument, NULL, 'r' },
        { "verbose", no_argument, NULL, 'v' },
        { "show", no_argument, NULL, 'n' },
        { "dry-run", no_argument, NULL, 'n' },
        { "symbol-prefix", required_argument, NULL, 'P' },
        { "warn", no_argument, NULL, 'w' },
        { "version", no_argument, NULL, 'V' },
        { "help", no_argument, NULL, 'h' },
        { "jobs", required_argument, NULL, OPTION_JOBS },
        { "kmod", required_argument, NULL, OPTION_KMOD },
        { "no-sync", no_argument, NULL, OPTION_NO_SYNC },
        {},
};

static void print_help(const char *program) {
        printf("Usage:\n"
               "  %s [OPTIONS] [VERSION [FILE...]]\n"
               "\n"
               "Write the index files of a kernel's modules.\n"
               "\n"
               "Options:\n"
               "  -a, --all               Index all modules, also when files are given\n"
               "  -A, --quick             Do nothing unless a module is newer than modules.dep\n"
               "  -e, --errsyms           Report symbols that nobody provides (needs -E or -F)\n"
               "  -n, --show, --dry-run   Print the text files and write nothing\n"
               "  -v, --verbose           Tell why modules are needed; repeat for more\n"
               "  -w, --warn              Report entries that stand twice in an index\n"
               "  -b, --basedir=DIR       Look for modules below DIR, or in DIR itself\n"
               "  -m, --moduledir=DIR     Module directory below it instead of lib/modules\n"
               "  -o, --outdir=DIR        Write below DIR\n"
               "  -C, --config=PATH       Read PATH instead of the depmod.d directories\n"
               "  -E, --symvers=FILE      What the kernel exports, from Module.symvers\n"
               "  -F, --filesyms=FILE     The same from System.map\n"
               "  -P, --symbol-prefix=C   Strip the character C from symbol names\n"
               "      --jobs=N            Read modules with N threads\n"
               "      --kmod=RELEASE      Write the files as kmod 30 to 34 does\n"
               "      --no-sync           Do not wait for the disk\n"
               "  -q, --quiet, -r, --root, -u, --unresolved-error\n"
               "                          Ignored, as by older releases of kmod\n"
               "  -V, --version           Show the version\n"
               "  -h, --help              Show this help\n",
               program);
}

static void print_version(void) {
        printf("kmod version %d\n"
               "+ZSTD +XZ +ZLIB +LIBELF\n"
               "depmodd %s\n",
               KMOD_RELEASE_NEWEST, DEPMODD_VERSION);
}

/* Relative paths are made absolute by the current directory and nothing else, as kmod does. */
static int take_directory(char **directory, const char *argument, const char *what) {
        _cleanup_free_ char *cwd = NULL;
        char *path;

        if (argument[0] != '/') {
                cwd = get_current_dir_name();
                if (!cwd) {
                        depmod_message(MESSAGE_ERROR, "invalid %s %s", what, argument);
                        return -errno;
                }
        }
        if (asprintf(&path, "%s%s%s", cwd ? cwd : "", cwd ? "/" : "", argument) < 0)
                return -ENOMEM;

        free(*directory);
        *directory = path;
        return 0;
}

static int take_jobs(DepmodOptions *options, const char *text) {
        int r = option_values_parse_jobs(text, &options->n_workers);

        if (r < 0)
                depmod_message(MESSAGE_FATAL, "--jobs takes a number from 1 to %d, not '%s'",
                               OPTION_JOBS_MAX, text);
        return r;
}

static int take_release(DepmodOptions *options, const char *text) {
        int r = kmod_release_parse(text, &options->release);

        if (r < 0)
                depmod_message(MESSAGE_FATAL, "--kmod takes a release from %d to %d, not '%s'",
                               KMOD_RELEASE_OLDEST, KMOD_RELEASE_NEWEST, text);
        return r;
}

static int take_prefix(DepmodOptions *options, const char *text) {
        if (strlen(text) != 1) {
                depmod_message(MESSAGE_FATAL, "-P only takes a single char");
                return -EINVAL;
        }

        options->symbol_prefix = text[0];
        return 0;
}

/* Options without an argument. */
static void take_switch(DepmodOptions *options, int option, const char *as_given) {
        switch (option) {
        case 'a':
                options->all = true;
                break;
        case 'A':
                options->quick = true;
                break;
        case 'e':
                options->report_symbols = true;
                break;
        case 'v':
                options->verbosity++;
                break;
        case 'n':
                options->dry_run = true;
                break;
        case 'w':
                options->report_duplicates = true;
                break;
        case OPTION_NO_SYNC:
                options->sync = false;
                break;
        default: /* -q, -r, -u */
                if (as_given)
                        depmod_message(MESSAGE_WARNING, "Ignored deprecated option --%s", as_given);
                else
                        depmod_message(MESSAGE_WARNING, "Ignored deprecated option -%c", option);
                break;
        }
}

static int take_argument(DepmodOptions *options, int option, const char *argument) {
        switch (option) {
        case 'b':
                return take_directory(&options->base_directory, argument, "image path");
        case 'o':
                return take_directory(&options->output_base, argument, "output directory");
        case 'm':
                options->module_directory = argument + strspn(argument, "/");
                return 0;
        case 'C':
                return option_values_add(&options->config_paths, &options->n_config_paths,
                                         &options->config_paths_capacity, argument);
        case 'E':
                options->symvers = argument;
                return 0;
        case 'F':
                options->system_map = argument;
                return 0;
        case 'P':
                return take_prefix(options, argument);
        case OPTION_JOBS:
                return take_jobs(options, argument);
        default:
                return take_release(options, argument);
        }
}

/* The first is the kernel's version, and begins like one. */
static int take_positional(DepmodOptions *options, int n, char *arguments[]) {
        unsigned major, minor;

        if (n == 0)
                return 0;

        if (sscanf(arguments[0], "%u.%u", &major, &minor) != 2) {
                depmod_message(MESSAGE_ERROR, "Bad version passed %s", arguments[0]);
                return -EINVAL;
        }

        options->version = arguments[0];
        if (n > 1 && !options->all && !options->quick) {
                options->files = arguments + 1;
                options->n_files = (size_t) n - 1;
        }
        return 0;
}

int depmod_options_parse(DepmodOptions *options, int argc, char *argv[]) {
        int option, index = -1, r;

        *options = (DepmodOptions){
                .base_directory = strdup(""),
                .module_directory = MODULE_DIRECTORY,
                .release = kmod_release_newest(),
                .n_workers = parallel_processors(),
                .sync = true,
        };
        if (!options->base_directory)
                return -ENOMEM;

        while ((option = getopt_long(argc, argv, short_options, long_options, &index)) >= 0) {
                if (option == 'h') {
                        print_help(program_invocation_short_name);
                        return 0;
                }
                if (option == 'V') {
                        print_version();
                        return 0;
                }
                if (option == '?')
                        return -EINVAL;

                if (optarg) {
                        r = take_argument(options, option, optarg);
                        if (r < 0)
                                return r;
                } else
                        take_switch(options, option, index < 0 ? NULL : long_options[index].name);
                index = -1;
        }

        r = take_positional(options, argc - optind, argv + optind);
        return r < 0 ? r : DEPMOD_OPTIONS_RUN;
}

void depmod_options_done(DepmodOptions *options) {
        free(options->base_directory);
        free(options->output_base);
        free(options->config_paths);
        *options = (DepmodOptions){};
}

bool depmod_options_are_plain(const DepmodOptions *options) {
        return options->base_directory[0] == '\0' && !options->output_base &&
               strcmp(options->module_directory, MODULE_DIRECTORY) == 0 && !options->config_paths &&
               !options->symvers && !options->system_map && !options->symbol_prefix &&
               !options->quick && !options->dry_run && !options->report_symbols &&
               !options->report_duplicates && options->verbosity == 0 && !options->files &&
               options->release.number == KMOD_RELEASE_NEWEST && options->sync;
}

ProblemSeverity depmod_options_severity(const DepmodOptions *options) {
        if (options->verbosity >= 3)
                return PROBLEM_DEBUG;
        return options->verbosity == 2 ? PROBLEM_INFO : PROBLEM_WARNING;
}
