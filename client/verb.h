/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

#include "options.h"
#include "session.h"

/*
 * A verb of depmodctl: the command line, --help and the test of the man page read the same record.
 */
enum {
        VERB_NEEDS_DAEMON = 1 << 0, /* a private instance would be of no use */
        VERB_PRIVILEGED = 1 << 1,   /* not for everybody, polkit may ask */
        VERB_COMMAND = 1 << 2,      /* its arguments are a command with options of its own */
};

enum {
        EXIT_NO = 3,          /* the answer is no */
        EXIT_UNREACHABLE = 4, /* there is nobody to ask */
};

typedef struct Verb {
        const char *name;
        const char *arguments; /* as in the help text */
        const char *help;
        const Option *options; /* of its own; NULL: none */
        int n_arguments_min;
        int n_arguments_max; /* -1: any number */
        unsigned flags;

        /*
         * Arguments without the options. Returns the exit status, or a negative errno, which has
         * been said.
         */
        int (*run)(Session *session, int argc, char *argv[]);

        /* Or: reads its command line by itself. argv[0] is the verb. Returns the exit status. */
        int (*run_alone)(int argc, char *argv[]);
} Verb;

extern const Verb verb_status, verb_kernels, verb_list, verb_show, verb_deps, verb_rdeps,
        verb_order, verb_resolve, verb_why, verb_blocked, verb_alias, verb_provides, verb_users,
        verb_problems, verb_diff, verb_verify, verb_settle, verb_refresh, verb_reload, verb_monitor,
        verb_inhibit, verb_cat, verb_statistics, verb_graph, verb_state, verb_devices,
        verb_shadowed, verb_conflicts, verb_diff_kernels, verb_log;

/* NULL: there is no such verb. */
const Verb *verb_find(const char *name);

/* What depmodctl --help prints; or, for a verb, depmodctl VERB --help. Returns the exit status. */
int verb_print_help(const Verb *verb);

/* Runs depmodctl's command line. Returns the exit status. */
int verb_main(int argc, char *argv[]);
