/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Tells whether bytes of our own are still what we wrote. It finds damage and no forgery, and is
 * the same on all machines.
 */
uint64_t checksum(const void *bytes, size_t size);

/* The same of all that an open file holds, without holding it. 0 or a negative errno. */
int checksum_file(int fd, uint64_t *ret_checksum);
