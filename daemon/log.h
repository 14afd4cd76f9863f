/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <syslog.h>

/*
 * The daemon's log: to the journal with structured fields where standard error is connected to it,
 * else as lines on standard error. Levels are those of syslog(3). The level is the one thing that
 * the whole program shares.
 */
void log_set_level(int level);
int log_level(void);

/* "emerg" to "debug", or a number. 0 or -EINVAL. */
int log_level_parse(const char *text, int *ret_level);
const char *log_level_name(int level);

/* Does the log go to the journal? */
bool log_is_journal(void);

/*
 * Which kernel a message is about, and what of it: fields of the journal entry. Strings that are
 * NULL and a generation of 0 are left out.
 */
typedef struct LogSubject {
        const char *kernel;     /* DEPMODD_KERNEL= */
        uint64_t generation;    /* DEPMODD_GENERATION= */
        const char *file;       /* DEPMODD_FILE= */
        const char *problem;    /* DEPMODD_PROBLEM=, a problem's code */
        const char *message_id; /* MESSAGE_ID=, one of below */
} LogSubject;

#define LOG_ID_PUBLISHED "3f6a1d0f54c84b0c9b0b4f0f4ad0a3c1"
#define LOG_ID_REPAIRED "b9a6c2c8e2d94b7ab5f2b1d7f6c85d12"
#define LOG_ID_PROBLEM "6c0f2a8b4be1455f8f1c6a3a0d7be9f4"
#define LOG_ID_FAILED "a1e4b7d25c3f4e0d8a9b6c7d8e9f0a1b"

__attribute__((format(printf, 3, 4))) void log_about(const LogSubject *subject, int level,
                                                     const char *format, ...);

#define log_message(level, ...) log_about(NULL, (level), __VA_ARGS__)

/* Logs "MESSAGE: strerror" at the level of an error and returns r, a negative errno. */
__attribute__((format(printf, 2, 3))) int log_error_errno(int r, const char *format, ...);
