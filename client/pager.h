/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "macro.h"

/*
 * Long output on a terminal goes through $SYSTEMD_PAGER, $PAGER or less, as with systemd's tools.
 * That a pager cannot be had is no error: then there is none.
 */
typedef struct Pager {
        pid_t pid; /* 0: there is none */
} Pager;

/* From now on standard output goes to the pager. */
void pager_start(Pager *pager);

/* Ends the output and waits until the user has read it. */
void pager_done(Pager *pager);
#define _cleanup_pager_ _cleanup_(pager_done)
