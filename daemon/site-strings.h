/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "site.h"
#include "snapshot.h"

/*
 * One table of strings for all kernels: most of what one kernel's modules say another one's say,
 * too. Nothing is ever taken out of a table, so when more than half of it may be of modules that
 * are gone, all kernels move to a new one, each with its next refresh.
 *
 * If there is no memory for a table, each kernel has its own.
 */
void site_strings_init(Site *site);
void site_strings_done(Site *site);

/* A kernel has a new snapshot instead of an old one; either may be NULL. */
void site_strings_count(Site *site, const Snapshot *old, const Snapshot *new);

/* True if all kernels have to be refreshed, into a new table. */
bool site_strings_renew(Site *site);
