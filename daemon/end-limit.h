/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Ends the process with this status in some seconds, whatever hangs then, unless it is stopped
 * before. Whoever publishes is safe against that, as against being killed. NULL: it could not be
 * started.
 */
typedef struct EndLimit EndLimit;

EndLimit *end_limit_start(int exit_status);

/* Safe with NULL. */
void end_limit_stop(EndLimit *limit);
