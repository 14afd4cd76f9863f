/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "problem.h"

/* Logs a problem of a kernel in one sentence, with its code and file as fields. */
void log_problem(const char *release, const Problem *problem);
