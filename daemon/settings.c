/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settings.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "depmod-config.h"
#include "log.h"
#include "modprobe-config.h"
#include "settings-file.h"

#define MODULE_DIR "/lib/modules"
#define BOUND_COMMAND_LINE "/run/depmodd.cmdline"
#define SYSFS "/sys"

static void print_help(void) {
        printf("Usage:\n"
               "  depmodd [OPTIONS]\n"
               "\n"
               "Keeps the kernel module index files right and answers questions over D-Bus.\n"
               "\n"
               "Options:\n"
               "  --root=DIR         Serve the kernels below another root\n"
               "  --module-dir=DIR   Where they are below the root (" MODULE_DIR ")\n"
               "  --sysfs=DIR        Where devices and loaded modules are (" SYSFS ")\n"
               "  --config=FILE      Read this instead of depmodd.conf\n"
               "  --private-bus      Speak D-Bus on standard input and output, watch nothing\n"
               "  --log-level=LEVEL  emerg, alert, crit, err, warning, notice, info or debug\n"
               "  -h, --help         Show this help\n"
               "  --version          Show the version\n");
}

/* An absolute path without slashes at its end, so that "" is the root directory. */
static int take_directory(char **target, const char *path) {
        _cleanup_free_ char *absolute = NULL, *working = NULL;
        size_t size;

        if (path[0] == '/')
                absolute = strdup(path);
        else {
                working = getcwd(NULL, 0);
                if (!working)
                        return -errno;
                if (asprintf(&absolute, "%s/%s", working, path) < 0)
                        absolute = NULL;
        }
        if (!absolute)
                return -ENOMEM;

        for (size = strlen(absolute); size > 0 && absolute[size - 1] == '/'; size--)
                absolute[size - 1] = '\0';

        free(*target);
        *target = TAKE_PTR(absolute);
        return 0;
}

/* It is always below the root, with or without a slash at its beginning. */
static int take_module_dir(Settings *settings, const char *path) {
        _cleanup_free_ char *absolute = NULL;

        if (asprintf(&absolute, "/%s", path + strspn(path, "/")) < 0) {
                absolute = NULL;
                return -ENOMEM;
        }

        return take_directory(&settings->module_dir, absolute);
}

static char **free_paths(char **paths) {
        for (size_t i = 0; paths && paths[i]; i++)
                free(paths[i]);
        free(paths);
        return NULL;
}

static int take_level(Settings *settings, const char *text) {
        if (log_level_parse(text, &settings->forced_log_level) >= 0)
                return 0;

        log_message(LOG_ERR, "--log-level=%s: there is no such level, see depmodd --help", text);
        return -EINVAL;
}

enum {
        OPTION_ROOT = 256,
        OPTION_MODULE_DIR,
        OPTION_SYSFS,
        OPTION_CONFIG,
        OPTION_PRIVATE_BUS,
        OPTION_LOG_LEVEL,
        OPTION_VERSION,
};

/* 1: go on. */
static int take_option(Settings *settings, int option) {
        int r = 0;

        switch (option) {
        case OPTION_ROOT:
                r = take_directory(&settings->root, optarg);
                break;
        case OPTION_MODULE_DIR:
                r = take_module_dir(settings, optarg);
                break;
        case OPTION_SYSFS:
                r = take_directory(&settings->sysfs, optarg);
                settings->is_sysfs_given = true;
                break;
        case OPTION_CONFIG:
                free(settings->config_path);
                settings->config_path = strdup(optarg);
                r = settings->config_path ? 0 : -ENOMEM;
                break;
        case OPTION_PRIVATE_BUS:
                settings->is_private = true;
                break;
        case OPTION_LOG_LEVEL:
                r = take_level(settings, optarg);
                break;
        case OPTION_VERSION:
                printf("depmodd %s\n", DEPMODD_VERSION);
                return 0;
        case 'h':
                print_help();
                return 0;
        default: /* getopt has said it */
                return -EINVAL;
        }

        return r < 0 ? r : 1;
}

/* The paths below the root. NULL: no memory. */
static char **paths_below(const char *root, const char *const *paths) {
        size_t n_paths = 0;
        char **below;

        while (paths[n_paths])
                n_paths++;
        below = calloc(n_paths + 1, sizeof(char *));
        for (size_t i = 0; below && i < n_paths; i++) {
                if (asprintf(&below[i], "%s%s", root, paths[i]) < 0) {
                        below[i] = NULL;
                        return free_paths(below);
                }
        }

        return below;
}

/* Where /proc shows processes only, the service manager shows the command line here. */
static const char *find_command_line(const Settings *settings) {
        if (settings->root[0] != '\0')
                return NULL;
        return access(MODPROBE_COMMAND_LINE, F_OK) == 0 ? MODPROBE_COMMAND_LINE
                                                        : BOUND_COMMAND_LINE;
}

static int derive(Settings *settings) {
        if (asprintf(&settings->modules_path, "%s%s", settings->root, settings->module_dir) < 0) {
                settings->modules_path = NULL;
                return -ENOMEM;
        }

        settings->depmod_paths = paths_below(settings->root, config_default_paths);
        settings->modprobe_paths = paths_below(settings->root, modprobe_default_paths);
        settings->command_line_path = find_command_line(settings);
        return settings->depmod_paths && settings->modprobe_paths ? 1 : -ENOMEM;
}

int settings_parse_arguments(Settings *settings, int argc, char *argv[]) {
        static const struct option options[] = {
                { "root", required_argument, NULL, OPTION_ROOT },
                { "module-dir", required_argument, NULL, OPTION_MODULE_DIR },
                { "sysfs", required_argument, NULL, OPTION_SYSFS },
                { "config", required_argument, NULL, OPTION_CONFIG },
                { "private-bus", no_argument, NULL, OPTION_PRIVATE_BUS },
                { "log-level", required_argument, NULL, OPTION_LOG_LEVEL },
                { "help", no_argument, NULL, 'h' },
                { "version", no_argument, NULL, OPTION_VERSION },
                {},
        };
        int option, r;

        *settings = (Settings){ .forced_log_level = -1 };
        r = take_directory(&settings->root, "/");
        if (r >= 0)
                r = take_module_dir(settings, MODULE_DIR);
        if (r >= 0)
                r = take_directory(&settings->sysfs, SYSFS);
        if (r < 0)
                return log_error_errno(r, "Cannot start");

        while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
                r = take_option(settings, option);
                if (r <= 0)
                        return r;
        }
        if (optind < argc) {
                log_message(LOG_ERR, "'%s': takes no arguments, see depmodd --help", argv[optind]);
                return -EINVAL;
        }

        return derive(settings);
}

int settings_read_files(Settings *settings) {
        Settings read = *settings;
        int level = LOG_INFO, r;

        r = settings_file_read(&read, &level);
        if (r < 0)
                return r;

        *settings = read;
        log_set_level(settings->forced_log_level >= 0 ? settings->forced_log_level : level);
        return 0;
}

void settings_done(Settings *settings) {
        free_paths(settings->depmod_paths);
        free_paths(settings->modprobe_paths);
        free(settings->modules_path);
        free(settings->root);
        free(settings->module_dir);
        free(settings->sysfs);
        free(settings->config_path);
        *settings = (Settings){};
}
