/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "macro.h"
#include "settle.h"

/*
 * What the daemon has been told: by its command line and by depmodd.conf(5). Read before anything
 * else; the part from the files again on reload.
 */
typedef struct Settings {
        /* command line */
        char *root;           /* without a slash at its end: "" is the system's */
        char *module_dir;     /* absolute below the root, without a slash at its end */
        char *config_path;    /* of --config; NULL: the usual files */
        char *sysfs;          /* where sysfs is, without a slash at its end */
        bool is_sysfs_given;  /* and it tells of the kernel that is asked about, whatever runs */
        bool is_private;      /* --private-bus */
        int forced_log_level; /* -1: not given */

        /* derived */
        char *modules_path;  /* root and module_dir */
        char **depmod_paths; /* where depmod.d files are looked for, below the root; NULL at the end
                              */
        char **modprobe_paths;         /* the same for modprobe.d */
        const char *command_line_path; /* of the kernel's; NULL: it is not that of this root */

        /* depmodd.conf */
        SettleLimits settle;
        uint64_t inhibit_max_usec;
        uint64_t scan_interval_usec; /* 0: only when asked */
        bool sync;
        bool trigger_udev; /* let udev try devices again that have got other modules */
        unsigned n_workers;
} Settings;

/*
 * Parses the command line. 1: go on; 0: --help or --version has been printed; negative: it has been
 * said what is wrong.
 */
int settings_parse_arguments(Settings *settings, int argc, char *argv[]);

/*
 * Reads the configuration files, in place of what they said before. Lines that cannot be understood
 * are logged and passed over. 0 or a negative errno, when a file that was named cannot be read:
 * then nothing has changed.
 */
int settings_read_files(Settings *settings);

/* Where the usual configuration files are: directories, NULL at the end. */
extern const char *const settings_paths[];

void settings_done(Settings *settings);
