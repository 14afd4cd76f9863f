/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The options of depmodctl. Those of all verbs are in one table, those of a single verb in the
 * verb's record; parsing and --help read the same tables.
 */
typedef struct Option {
        const char *name;     /* NULL: the end of a table */
        char letter;          /* 0: there is none */
        const char *argument; /* what --help calls it; NULL: takes none */
        const char *help;
        size_t field; /* offset in Options: of a bool, or of a string if there is an argument */
} Option;

typedef enum JsonMode {
        JSON_OFF,
        JSON_SHORT,
        JSON_PRETTY,
} JsonMode;

/* Strings are those of argv. */
typedef struct Options {
        bool help;
        bool version;
        const char *kernel;
        const char *host;
        const char *machine;
        const char *root;
        const char *module_directory;
        const char *json;
        bool json_by_terminal;
        const char *timeout;
        bool offline;
        bool stale;
        bool quiet;
        bool full;
        bool no_legend;
        bool no_pager;
        bool no_ask_password;

        /* of single verbs */
        bool all;
        bool tree;
        bool paths;
        bool no_soft;
        bool no_builtin;
        bool no_weak;
        bool no_config;
        bool files;
        bool firmware;
        bool no_publish;
        bool ignore_inhibitors;
        bool reparse;
        bool rewrite;
        bool list;
        bool deps;
        bool rdeps;
        const char *depth;
        const char *sysfs;
        const char *is;
        const char *format;
        const char *field;
        const char *who;
        const char *why;

        /* made of the above by options_check() */
        JsonMode json_mode;
        uint64_t timeout_usec;
} Options;

extern const Option common_options[];

/*
 * Takes the options of both tables (`own` may be NULL and goes first) from argv and moves them
 * before the arguments; with `until_argument` only those before the first argument. Returns the
 * index of the first argument, or -EINVAL: a wrong call, which has been said on stderr.
 */
int options_parse(Options *options, const Option *own, int argc, char *argv[], bool until_argument);

/* Values and combinations. 0 or -EINVAL, which has been said. */
int options_check(Options *options);

/* One line of --help for each option of a table. */
void options_print(const Option *table);
