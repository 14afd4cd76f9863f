/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "builtin.h"
#include "graph.h"

/*
 * The model of one kernel: everything that its index files are made from, in memory and linked. A
 * pure function of the files in the kernel directory and of the configuration.
 */
typedef struct Model {
        Tree tree;
        Builtin builtin;
        SymbolTable symbols;
        Graph graph;
} Model;

/* 0 or -ENOMEM; model_done() is to be called in any case. */
int model_init(Model *model, const char *directory);
void model_done(Model *model);
#define _cleanup_model_ _cleanup_(model_done)

/*
 * Enters the modules' exports and draws the graph, both anew. What the kernel exports has been
 * entered before. 0, GRAPH_HAS_CYCLE, or a negative errno.
 */
int model_link(Model *model);

/*
 * Takes all modules on cycles out of the model and links what is left, so that the others can be
 * indexed. Each is recorded as PROBLEM_LEFT_OUT. 0 or a negative errno.
 */
int model_leave_out_cycles(Model *model, ProblemList *problems);
