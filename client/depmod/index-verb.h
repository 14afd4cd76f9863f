/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * depmodctl index: depmod's work with a report of all that is wrong with the tree. Returns the exit
 * status: 0 clean, 1 failed, 3 done with problems.
 */
int index_verb(int argc, char *argv[]);
