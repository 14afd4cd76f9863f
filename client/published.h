/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session.h"

/*
 * What settle and refresh have in common: which kernels are meant, and what was published of each.
 */
extern const Shape published_shape[];

/* Those that are named, or that of -k; of none all are meant. */
RemoteArgument published_releases(const Session *session, int argc, char *argv[]);

/* Is there a kernel for each of them? 0 or a negative errno, which has been said. */
int published_check_releases(Session *session, const RemoteArgument *releases);

/*
 * Prints the reply. If `is_wanted`, files of a kernel that are not of its present generation are
 * EXIT_FAILURE, which has been said.
 */
int published_print(Session *session, const Value *reply, bool is_wanted);
