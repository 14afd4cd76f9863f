/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/*
 * A verb of depmodctl: --help, completion and the test of the man page read the same record.
 */
typedef struct Verb {
        const char *name;
        const char *arguments; /* as in the help text */
        const char *help;
        /* argv[0] is the verb. Returns the exit status. */
        int (*run)(int argc, char *argv[]);
} Verb;

extern const Verb verbs[];
extern const size_t n_verbs;

/* NULL: there is no such verb. */
const Verb *verb_find(const char *name);

/* What depmodctl --help prints. */
void verb_print_help(void);
