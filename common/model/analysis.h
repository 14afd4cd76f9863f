/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "model.h"

/*
 * What is wrong with a linked model beyond what keeps it from being indexed. Nothing here changes
 * the model or any output file.
 */

/*
 * kmod's own check (depmod -e, specification section 5.2): symbols that nobody provides, and CRCs
 * that differ if compare_crcs. Weak imports do not count.
 */
int analysis_report_symbols(const Model *model, bool compare_crcs, ProblemList *problems);

typedef struct AnalysisOptions {
        const char *version;  /* of the kernel: what vermagic has to begin with; NULL: not known */
        bool is_kernel_known; /* what the kernel exports has been read */
        bool has_kernel_crcs; /* with CRCs */
        bool include_weak;    /* weak imports count like strong ones */
} AnalysisOptions;

/*
 * All that an administrator wants to hear of: missing dependencies, CRC disagreements, symbols that
 * two modules export, modules built for another kernel or machine. What cannot be known is not
 * reported: without the kernel's exports, an import that no module provides is taken to be the
 * kernel's, which PROBLEM_KERNEL_UNKNOWN says once.
 */
int analysis_report_all(const Model *model, const AnalysisOptions *options, ProblemList *problems);

/* Has something been read that the kernel exports? */
bool analysis_knows_kernel(const Model *model);
