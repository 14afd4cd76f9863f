/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "macro.h"

static const char *const level_names[] = { "emerg",   "alert",  "crit", "err",
                                           "warning", "notice", "info", "debug" };

#define FIELDS_MAX 8

static atomic_int max_level = LOG_INFO;

void log_set_level(int level) {
        atomic_store(&max_level, level);
}

int log_level(void) {
        return atomic_load(&max_level);
}

int log_level_parse(const char *text, int *ret_level) {
        for (size_t i = 0; i < ELEMENTSOF(level_names); i++) {
                if (strcmp(text, level_names[i]) == 0 ||
                    (text[0] == (char) ('0' + i) && text[1] == '\0')) {
                        *ret_level = (int) i;
                        return 0;
                }
        }

        return -EINVAL;
}

const char *log_level_name(int level) {
        return level_names[level];
}

/* $JOURNAL_STREAM names the device and inode of the stream that a unit's stderr is. */
bool log_is_journal(void) {
        const char *stream = getenv("JOURNAL_STREAM");
        uint64_t device, inode;
        struct stat st;

        return stream && sscanf(stream, "%" SCNu64 ":%" SCNu64, &device, &inode) == 2 &&
               fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

typedef struct Entry {
        struct iovec fields[FIELDS_MAX];
        int n_fields;
} Entry;

static void entry_done(Entry *entry) {
        for (int i = 0; i < entry->n_fields; i++)
                free(entry->fields[i].iov_base);
}

__attribute__((format(printf, 2, 3))) static void add_field(Entry *entry, const char *format, ...) {
        va_list arguments;
        char *field;
        int size;

        va_start(arguments, format);
        size = vasprintf(&field, format, arguments);
        va_end(arguments);
        if (size >= 0)
                entry->fields[entry->n_fields++] =
                        (struct iovec){ .iov_base = field, .iov_len = (size_t) size };
}

static int send_to_journal(const LogSubject *subject, int level, const char *text) {
        _cleanup_(entry_done) Entry entry = {};

        add_field(&entry, "PRIORITY=%d", level);
        add_field(&entry, "MESSAGE=%s", text);
        add_field(&entry, "SYSLOG_IDENTIFIER=depmodd");
        if (subject->kernel)
                add_field(&entry, "DEPMODD_KERNEL=%s", subject->kernel);
        if (subject->generation > 0)
                add_field(&entry, "DEPMODD_GENERATION=%" PRIu64, subject->generation);
        if (subject->file)
                add_field(&entry, "DEPMODD_FILE=%s", subject->file);
        if (subject->problem)
                add_field(&entry, "DEPMODD_PROBLEM=%s", subject->problem);
        if (subject->message_id)
                add_field(&entry, "MESSAGE_ID=%s", subject->message_id);

        return sd_journal_sendv(entry.fields, entry.n_fields);
}

static void write_text(const LogSubject *subject, int level, const char *text) {
        if (log_is_journal() && send_to_journal(subject, level, text) >= 0)
                return;

        (void) fprintf(stderr, "depmodd: %s%s%s\n", subject->kernel ? subject->kernel : "",
                       subject->kernel ? ": " : "", text);
}

__attribute__((format(printf, 3, 0))) static void
log_arguments(const LogSubject *subject, int level, const char *format, va_list arguments) {
        _cleanup_free_ char *text = NULL;

        if (vasprintf(&text, format, arguments) < 0)
                text = NULL;
        else
                write_text(subject, level, text);
}

void log_about(const LogSubject *subject, int level, const char *format, ...) {
        va_list arguments;

        if (level > log_level())
                return;

        va_start(arguments, format);
        log_arguments(subject ? subject : &(LogSubject){}, level, format, arguments);
        va_end(arguments);
}

int log_error_errno(int r, const char *format, ...) {
        _cleanup_free_ char *text = NULL;
        va_list arguments;

        va_start(arguments, format);
        if (vasprintf(&text, format, arguments) < 0)
                text = NULL;
        va_end(arguments);

        log_message(LOG_ERR, "%s: %s", text ? text : format, strerror(-r));
        return r;
}
