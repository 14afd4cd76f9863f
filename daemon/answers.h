/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernel-build.h"
#include "question.h"

/*
 * The answers to the questions: one function for each method, in files by what they are about. See
 * QuestionKind for what they do.
 */
#define ANSWER(name)                                                                               \
        int answer_##name(Question *question, sd_bus_message *reply, Kernel *kernel,               \
                          sd_bus_error *error)

/* answers-manager.c */
ANSWER(list_kernels);
ANSWER(get_kernel);
ANSWER(settle);
ANSWER(resolve_aliases_for);

/* answers-check.c */
ANSWER(check);
int work_check(Question *question, Kernel *kernel, sd_bus_error *error);

/* Says to a job of which kernel it needs the build. Snapshot and release are borrowed. */
void answer_aim_build(KernelBuildSearch *search, const Manager *manager, const Kernel *kernel,
                      const Snapshot *snapshot, const char *release);

/* Keeps what it has found. The kernel may have been forgotten meanwhile. */
void answer_keep_build(const KernelBuildSearch *search, Manager *manager);

/* describe.c, which alone knows JSON */
ANSWER(describe);

int prepare_settle(Question *question, sd_bus_error *error);
int prepare_refresh(Question *question, sd_bus_error *error);

/* answers-modules.c */
ANSWER(list_modules);
ANSWER(get_dependencies);
ANSWER(get_reverse_dependencies);
ANSWER(get_load_order);
ANSWER(list_problems);

/* answers-history.c */
ANSWER(get_history);

/* answers-states.c */
ANSWER(get_module_states);
ANSWER(list_devices);

/* answers-kernels.c */
ANSWER(diff_kernels);

/* answers-graph.c */
ANSWER(get_graph);

/* answers-conflicts.c */
ANSWER(list_shadowed);
ANSWER(list_conflicts);

/* answers-aliases.c */
ANSWER(resolve_alias);
ANSWER(resolve_aliases);

/* answers-symbols.c */
ANSWER(find_symbol);
ANSWER(find_symbols);
ANSWER(get_users_of_symbol);

/* answers-module.c */
ANSWER(get_module);

/* answers-modprobe.c */
ANSWER(resolve);
ANSWER(get_pullers);
ANSWER(get_chain);
ANSWER(get_ways);

/* answers-index.c */
ANSWER(diff);
ANSWER(get_index);
ANSWER(verify);

#undef ANSWER

/* One resolved alias as a(sss). */
int answer_append_resolutions(Question *question, sd_bus_message *reply, const Lookup *lookup,
                              const char *alias);

/* Looks into the file of a module, or of those that export a symbol. */
int work_get_module(Question *question, Kernel *kernel, sd_bus_error *error);
int work_find_symbol(Question *question, Kernel *kernel, sd_bus_error *error);
int work_find_symbols(Question *question, Kernel *kernel, sd_bus_error *error);

/* Reads modprobe's configuration and works with it. */
int work_resolve(Question *question, Kernel *kernel, sd_bus_error *error);
int work_get_pullers(Question *question, Kernel *kernel, sd_bus_error *error);
int work_get_chain(Question *question, Kernel *kernel, sd_bus_error *error);
int work_get_ways(Question *question, Kernel *kernel, sd_bus_error *error);

/* Reads the history on a thread. */
int work_get_history(Question *question, Kernel *kernel, sd_bus_error *error);

/* Look into sysfs on a thread. */
int work_get_module_states(Question *question, Kernel *kernel, sd_bus_error *error);
int work_list_devices(Question *question, Kernel *kernel, sd_bus_error *error);

/* Compares two kernels on a thread. */
int prepare_diff_kernels(Question *question, sd_bus_error *error);
int work_diff_kernels(Question *question, Kernel *none, sd_bus_error *error);

/* Reads what the kernel's build tells on a thread. */
int work_list_conflicts(Question *question, Kernel *kernel, sd_bus_error *error);

/* Renders and compares on a thread. */
int work_compare(Question *question, Kernel *kernel, sd_bus_error *error);

/* Checks the name of an index file first. */
int work_get_index(Question *question, Kernel *kernel, sd_bus_error *error);
