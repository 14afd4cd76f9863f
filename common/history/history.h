/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

#include "buffer.h"
#include "change-list.h"

/*
 * The last publications of one kernel: when, what had changed, which files were written. As bytes:
 *
 *   "depmodd history 1\n", the checksum of all that follows (8 bytes, big-endian), and for each
 *   publication, the oldest first, strings that end with a NUL:
 *   "=GENERATION TIME TRUNCATED", then "+NAME", "-NAME", "*NAME" for each module, ">FILE" for each
 *   file.
 */
typedef struct HistoryEntry {
        uint64_t generation;
        uint64_t time_usec;
        bool is_truncated;
        const char *items; /* strings with a sign before them, one after the other */
        size_t n_items;
} HistoryEntry;

/* A zeroed history is empty. */
typedef struct History {
        Buffer bytes; /* that the entries point into */
        HistoryEntry *entries;
        size_t count;
        size_t capacity;
} History;

#define HISTORY_FILE '>'

/* What is kept: so many entries and bytes at the most, the oldest go. */
#define HISTORY_ENTRIES_MAX 64
#define HISTORY_SIZE_MAX ((size_t) 128 * 1024)

void history_done(History *history);
#define _cleanup_history_ _cleanup_(history_done)

enum {
        HISTORY_IS_DAMAGED = 1,
};

/* Takes the bytes over. No bytes are no entries. 0, HISTORY_IS_DAMAGED, -ENOMEM. */
int history_parse(History *history, Buffer *bytes);

/* What the next publication was. Files are names, NULL at the end. */
typedef struct HistoryNews {
        uint64_t generation;
        uint64_t time_usec;
        const ChangeList *changes;
        const char *const *files;
} HistoryNews;

/* Appends the bytes of a history with one more entry. buffer_error() tells of memory. */
void history_render(const History *history, const HistoryNews *news, Buffer *bytes);
