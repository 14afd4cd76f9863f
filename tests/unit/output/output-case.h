/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model-script.h"
#include "output.h"
#include "problem-text.h"
#include "test-case.h"

/* A model, and what is rendered of it. Zeroed; options may be set before rendering. */
typedef struct OutputCase {
        Model model;
        DepLines lines;
        OutputSet set;
        ProblemList problems;
        OutputOptions options;
} OutputCase;

static inline void output_case_done(OutputCase *rendered) {
        model_done(&rendered->model);
        dep_lines_done(&rendered->lines);
        output_set_done(&rendered->set);
        problem_list_done(&rendered->problems);
}

#define _cleanup_output_case_ _cleanup_(output_case_done)

/* Renders the files of a model that is linked. */
static inline void output_case_render(OutputCase *rendered) {
        OutputKind failed;

        if (rendered->options.kinds == 0)
                rendered->options.kinds = OUTPUT_ALL;
        if (rendered->options.n_workers == 0)
                rendered->options.n_workers = 1;
        assert_int_equal(dep_lines_render(&rendered->lines, &rendered->model), 0);
        assert_int_equal(output_render(&rendered->set, &rendered->model, &rendered->lines,
                                       &rendered->options, &rendered->problems, &failed),
                         0);
}

/* All files of the modules of a script. */
static inline void output_case_of(OutputCase *rendered, const char *script) {
        model_script_link(&rendered->model, script);
        output_case_render(rendered);
}

/* One text file and all problems. */
static inline void assert_output(const char *script, OutputKind kind, const char *expected,
                                 const char *problem_lines) {
        _cleanup_output_case_ OutputCase rendered = {};

        output_case_of(&rendered, script);
        assert_text(&rendered.set.files[kind], expected);
        assert_problems(&rendered.problems, problem_lines);
}
