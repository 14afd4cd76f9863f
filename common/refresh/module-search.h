/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>

#include "depmod-config.h"
#include "known-looks.h"
#include "refresh.h"

/*
 * Where the modules' files are, and what is known of them already. The first takes the kernel, the
 * second a file of some megabytes, so they are done side by side where that can be: then the walk
 * has strings of its own, and the thread that has loaded the file looks at the modules that are
 * known for as long as the other one is still finding and ordering what there is.
 */
typedef struct Search Search;

struct Search {
        Model *model;
        const RefreshOptions *options;
        ProblemList *problems;
        RefreshFailure *failure;

        const Tree *known;
        Config config;
        ModuleFiles files;
        Tree own; /* no modules, only the strings of a walk side by side; else without a directory
                   */
        bool is_walked;
        RefreshStep failed_step;
        int r; /* what came of finding the files */

        KnownLooks looks;
        int (*task)(Search *search);
        int task_result;
        atomic_bool is_first_done; /* what the second thread looks ahead for the time of */
};

void search_done(Search *search);

/*
 * Finds what is known and, if both can be side by side, also the files. The model's strings are
 * those of what is known from then on. 0 or -ENOMEM.
 */
int search_files(Search *search);

/* Reads the configuration and finds the files; their names are strings of the tree. */
void search_find_files(Search *search, const Tree *tree);

/* Does the task, whose result it returns, and if there is another thread it looks ahead. */
int search_look_ahead_during(Search *search, int (*task)(Search *search));
