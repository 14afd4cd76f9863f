/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The drop-in replacement for kmod's depmod: writes the index files of one kernel in its own
 * process. See depmod(8) for where it differs on purpose. Returns the exit status.
 */
int depmod_main(int argc, char *argv[]);
