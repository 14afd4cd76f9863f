/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "settings.h"

/*
 * depmodd.conf(5): the first depmodd.conf that exists in /etc/depmodd, /run/depmodd and
 * /usr/lib/depmodd, then the drop-ins of depmodd.conf.d in all three by name, or the one file that
 * was named.
 *
 * Sets what the files are about, defaults first. 0; -ENOMEM; the errno of a named file that cannot
 * be read.
 */
int settings_file_read(Settings *settings, int *ret_log_level);

/*
 * Takes the lines of one file; what cannot be understood is logged with the path and line and
 * passed over. For the files themselves and for fuzzing.
 */
void settings_file_parse(Settings *settings, int *log_level, const char *path, char *text);
