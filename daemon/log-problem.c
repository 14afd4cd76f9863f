/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log-problem.h"

#include "log.h"
#include "problem-sentence.h"

static int level_of(ProblemSeverity severity) {
        switch (severity) {
        case PROBLEM_ERROR:
        case PROBLEM_WARNING:
                /* The index is made all the same, so an error of a module is none of ours. */
                return LOG_WARNING;
        case PROBLEM_INFO:
                return LOG_INFO;
        default:
                return LOG_DEBUG;
        }
}

void log_problem(const char *release, const Problem *problem) {
        _cleanup_buffer_ Buffer sentence = {};

        if (problem_sentence(problem, &sentence) != 0)
                return;

        log_about(&(LogSubject){ .kernel = release,
                                 .file = problem->path,
                                 .problem = problem_code(problem->kind),
                                 .message_id = LOG_ID_PROBLEM },
                  level_of(problem_severity(problem->kind)), "%s", sentence.data);
}
