/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#include "buffer.h"

/*
 * What is wrong with an index file on disk: as much as can be told without knowing who was at it.
 */
typedef enum FileFlaw {
        FLAW_NONE,
        FLAW_MISSING,
        FLAW_EMPTY,
        FLAW_CUT_SHORT,
        FLAW_NO_INDEX, /* a binary file that does not begin as one */
        FLAW_NO_FILE,  /* a link, a directory, a device */
        FLAW_UNREADABLE,
        FLAW_DIFFERENT, /* whole, and not what the modules say */
} FileFlaw;

/* Of a regular file that differs from what is wanted. */
FileFlaw file_flaw_of(const Buffer *found, const Buffer *wanted, bool is_binary);

/* Is it none that an index of other modules could have? */
bool file_flaw_is_damage(FileFlaw flaw);

/*
 * Appends "empty since 2026-11-25 01:22:03 UTC", NUL-terminated: the time at which the file was
 * last changed, moved or linked. That of what is missing is not known.
 */
void file_flaw_append(FileFlaw flaw, const struct timespec *since, Buffer *text);
