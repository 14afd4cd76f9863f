/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Opens ROOT/var/lib/depmodd, where the daemon keeps what it wants to know the next time. It is
 * used when it is there, and nobody here makes it: a tree that is to become an image stays as it
 * is. An empty `root` is that of the machine. A descriptor, or a negative errno.
 */
int state_directory_open(const char *root);
