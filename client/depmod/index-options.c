/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "option-values.h"
#include "parallel.h"

enum {
        OPTION_SYMVERS = 256,
        OPTION_SYSTEM_MAP,
        OPTION_JOBS,
        OPTION_KMOD,
        OPTION_NO_SYNC,
};

static const char short_options[] = "ab:C:E:F:enqvh";

static const struct option long_options[] = {
        { "append", no_argument, NULL, 'a' },
        { "kernel-dir", required_argument, NULL, 'b' },
        { "config", required_argument, NULL, 'C' },
        { "dep-file", required_argument, NULL, 'E' },
        { "dep-bin-file", required_argument, NULL, 'F' },
        { "weak", no_argument, NULL, 'e' },
        { "dry-run", no_argument, NULL, 'n' },
        { "quiet", no_argument, NULL, 'q' },
        { "verbose", no_argument, NULL, 'v' },
        { "symvers", required_argument, NULL, OPTION_SYMVERS },
        { "system-map", required_argument, NULL, OPTION_SYSTEM_MAP },
        { "jobs", required_argument, NULL, OPTION_JOBS },
        { "kmod", required_argument, NULL, OPTION_KMOD },
        { "no-sync", no_argument, NULL, OPTION_NO_SYNC },
        { "help", no_argument, NULL, 'h' },
        {},
};

static void print_help(void) {
        printf("Usage:\n"
               "  depmodctl index [OPTIONS] [VERSION]\n"
               "\n"
               "Write the index files of a kernel's modules, and report what is wrong with them.\n"
               "\n"
               "Options:\n"
               "  -a, --append             Add to the dependency file, keep its lines\n"
               "  -b, --kernel-dir=DIR     The kernel's module directory, or a root that holds\n"
               "                           lib/modules/VERSION (default: /lib/modules/VERSION)\n"
               "  -C, --config=PATH        Read PATH instead of the depmod.d directories\n"
               "  -E, --dep-file=FILE      Write (with -a also read) FILE instead of modules.dep\n"
               "  -e, --weak               Report on weak symbols like on strong ones\n"
               "  -F, --dep-bin-file=FILE  Write FILE instead of modules.dep.bin\n"
               "  -n, --dry-run            Write nothing, print what would be written\n"
               "  -q, --quiet              Print nothing, the exit status tells\n"
               "  -v, --verbose            List every module with its dependencies\n"
               "      --symvers=FILE       What the kernel exports, from Module.symvers\n"
               "                           (default: build/Module.symvers, if it is there)\n"
               "      --system-map=FILE    The same from System.map\n"
               "      --jobs=N             Read modules with N threads\n"
               "      --kmod=RELEASE       Write the files as kmod 30 to 34 does\n"
               "      --no-sync            Do not wait for the disk\n"
               "  -h, --help               Show this help\n"
               "\n"
               "Exit status: 0 clean, 1 failed, 3 done, with problems.\n");
}

static int take_option(IndexOptions *options, int option) {
        switch (option) {
        case 'a':
                options->append = true;
                return 0;
        case 'b':
                options->kernel_directory = optarg;
                return 0;
        case 'C':
                return option_values_add(&options->config_paths, &options->n_config_paths,
                                         &options->config_paths_capacity, optarg);
        case 'E':
                options->dep_file = optarg;
                return 0;
        case 'F':
                options->dep_bin_file = optarg;
                return 0;
        case 'e':
                options->include_weak = true;
                return 0;
        case 'n':
                options->dry_run = true;
                return 0;
        case 'q':
                options->quiet = true;
                return 0;
        case 'v':
                options->verbose = true;
                return 0;
        case OPTION_SYMVERS:
                options->symvers = optarg;
                return 0;
        case OPTION_SYSTEM_MAP:
                options->system_map = optarg;
                return 0;
        case OPTION_JOBS:
                return option_values_parse_jobs(optarg, &options->n_workers);
        case OPTION_KMOD:
                return kmod_release_parse(optarg, &options->release);
        default:
                options->sync = false;
                return 0;
        }
}

/* -q holds for what comes before it, too. */
static bool wants_quiet(int argc, char *argv[]) {
        bool is_quiet = false;
        int option;

        opterr = 0;
        while ((option = getopt_long(argc, argv, short_options, long_options, NULL)) >= 0)
                is_quiet |= option == 'q';

        opterr = !is_quiet;
        optind = 0; /* from the beginning */
        return is_quiet;
}

__attribute__((format(printf, 2, 3))) static int refuse(const IndexOptions *options,
                                                        const char *format, ...) {
        va_list arguments;

        if (options->quiet)
                return -EINVAL;

        (void) fputs("depmodctl index: ", stderr);
        va_start(arguments, format);
        (void) vfprintf(stderr, format, arguments);
        va_end(arguments);
        (void) fputs(", see depmodctl index --help\n", stderr);
        return -EINVAL;
}

static int refuse_value(const IndexOptions *options, int option) {
        const char *name = "";

        for (const struct option *known = long_options; known->name; known++) {
                if (known->val == option)
                        name = known->name;
        }

        if (option == OPTION_JOBS)
                return refuse(options, "--%s takes a number from 1 to %d, not '%s'", name,
                              OPTION_JOBS_MAX, optarg);
        if (option == OPTION_KMOD)
                return refuse(options, "--%s takes a release from %d to %d, not '%s'", name,
                              KMOD_RELEASE_OLDEST, KMOD_RELEASE_NEWEST, optarg);
        return refuse(options, "--%s takes a path, not '%s'", name, optarg);
}

/* It is to be the name of one directory. */
static bool is_version(const char *text) {
        return text[0] != '\0' && !strchr(text, '/') && strcmp(text, ".") != 0 &&
               strcmp(text, "..") != 0;
}

static int take_arguments(IndexOptions *options, int argc, char *argv[]) {
        if (argc - optind > 1)
                return refuse(options, "one version at the most, not '%s' too", argv[optind + 1]);

        options->version = argv[optind];
        if (options->version && !is_version(options->version))
                return refuse(options, "'%s' is no kernel version", options->version);

        return INDEX_OPTIONS_RUN;
}

int index_options_parse(IndexOptions *options, int argc, char *argv[]) {
        int option, r;

        *options = (IndexOptions){ .release = kmod_release_newest(),
                                   .n_workers = parallel_processors(),
                                   .sync = true };
        argv[0] = (char *) "depmodctl index"; /* for what getopt has to say */
        options->quiet = wants_quiet(argc, argv);

        while ((option = getopt_long(argc, argv, short_options, long_options, NULL)) >= 0) {
                if (option == 'h') {
                        print_help();
                        return 0;
                }
                if (option == '?')
                        return -EINVAL;

                /* What a script made of a variable that was not set. */
                if (optarg && optarg[0] == '\0')
                        return refuse_value(options, option);
                r = take_option(options, option);
                if (r == -EINVAL)
                        return refuse_value(options, option);
                if (r < 0)
                        return r;
        }

        return take_arguments(options, argc, argv);
}

void index_options_done(IndexOptions *options) {
        free(options->config_paths);
        *options = (IndexOptions){};
}
