/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Somebody who keeps the index of the kernels below a directory and can be told to look at one of
 * them now. 0: its files are written and nothing is to be said; a negative errno: they are not, or
 * that is not certain, or there is something to be said.
 */
typedef int (*DepmodDelegate)(const char *modules_path, const char *version);

/*
 * The drop-in replacement for kmod's depmod: writes the index files of one kernel, by `delegate`
 * when that comes to the same, else in its own process. See depmod(8) for where it differs on
 * purpose. Returns the exit status.
 */
int depmod_main(int argc, char *argv[], DepmodDelegate delegate);
