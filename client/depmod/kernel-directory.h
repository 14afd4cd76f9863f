/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which directory is a kernel's.
 */

/*
 * BASE/MODULE_DIRECTORY/VERSION; or BASE itself if there is no such directory and BASE holds
 * modules or modules.order. *ret_path is the caller's. 0, -ENOMEM, -ENAMETOOLONG. Whether the
 * directory exists is not this function's business.
 */
int kernel_directory_find(const char *base, const char *module_directory, const char *version,
                          char **ret_path);

/* BASE/MODULE_DIRECTORY/VERSION and nothing else: where kmod writes. */
int kernel_directory_join(const char *base, const char *module_directory, const char *version,
                          char **ret_path);

/* The version of the running kernel. *ret_version is the caller's. 0 or a negative errno. */
int kernel_directory_running_version(char **ret_version);
