/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "history.h"

/*
 * The file of a kernel's history, ROOT/var/lib/depmodd/RELEASE.history. It is there when the
 * directory is, see state-directory.h.
 */

/* 0, also when there is none; HISTORY_IS_DAMAGED; or a negative errno. */
int history_load(History *history, const char *root, const char *release);

/* Replaces the file by one with one more entry. 0 or a negative errno. */
int history_save(const History *history, const HistoryNews *news, const char *root,
                 const char *release);

/* What cannot be removed stays. */
void history_remove(const char *root, const char *release);
