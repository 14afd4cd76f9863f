/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settings-file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config-files.h"
#include "file-bytes.h"
#include "log.h"
#include "parallel.h"
#include "usec.h"

#define FILE_SIZE_MAX ((size_t) 1024 * 1024)

static const char *const main_files[] = { "/etc/depmodd/depmodd.conf", "/run/depmodd/depmodd.conf",
                                          "/usr/lib/depmodd/depmodd.conf" };
static const char *const drop_ins[] = { "/etc/depmodd/depmodd.conf.d",
                                        "/run/depmodd/depmodd.conf.d",
                                        "/usr/lib/depmodd/depmodd.conf.d", NULL };

const char *const settings_paths[] = {
        "/etc/depmodd",
        "/run/depmodd",
        "/usr/lib/depmodd",
        "/etc/depmodd/depmodd.conf.d",
        "/run/depmodd/depmodd.conf.d",
        "/usr/lib/depmodd/depmodd.conf.d",
        NULL,
};

typedef struct Taking {
        Settings *settings;
        int *log_level;
} Taking;

static int take_quiet(Taking *taking, const char *value) {
        return usec_parse(value, &taking->settings->settle.quiet_usec);
}

static int take_delay(Taking *taking, const char *value) {
        return usec_parse(value, &taking->settings->settle.delay_max_usec);
}

static int take_inhibit(Taking *taking, const char *value) {
        return usec_parse(value, &taking->settings->inhibit_max_usec);
}

static int take_scan(Taking *taking, const char *value) {
        return usec_parse(value, &taking->settings->scan_interval_usec);
}

static int take_boolean(const char *value, bool *ret_boolean) {
        static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };

        for (size_t i = 0; i < ELEMENTSOF(words); i++) {
                if (strcasecmp(value, words[i]) == 0) {
                        *ret_boolean = i % 2 == 1;
                        return 0;
                }
        }

        return -EINVAL;
}

static int take_sync(Taking *taking, const char *value) {
        return take_boolean(value, &taking->settings->sync);
}

static int take_trigger(Taking *taking, const char *value) {
        return take_boolean(value, &taking->settings->trigger_udev);
}

static int take_log_level(Taking *taking, const char *value) {
        return log_level_parse(value, taking->log_level);
}

static int take_threads(Taking *taking, const char *value) {
        char *end;
        unsigned long n;

        if (!isdigit((unsigned char) value[0]))
                return -EINVAL;
        errno = 0;
        n = strtoul(value, &end, 10);
        if (errno != 0 || *end != '\0' || n > 1024)
                return -EINVAL;

        taking->settings->n_workers = n > 0 ? (unsigned) n : parallel_processors();
        return 0;
}

static const struct {
        const char *name;
        const char *value; /* the default */
        int (*take)(Taking *taking, const char *value);
} keys[] = {
        { "QuietSec", "250ms", take_quiet },
        { "MaxDelaySec", "5s", take_delay },
        { "InhibitMaxSec", "10min", take_inhibit },
        { "ScanIntervalSec", "30s", take_scan },
        { "Sync", "yes", take_sync },
        { "TriggerUdev", "no", take_trigger },
        { "LogLevel", "info", take_log_level },
        { "ReadingThreads", "0", take_threads },
};

static char *strip(char *text) {
        size_t size;

        text += strspn(text, " \t\r");
        for (size = strlen(text); size > 0 && strchr(" \t\r", text[size - 1]); size--)
                text[size - 1] = '\0';
        return text;
}

static const char *take_line(Taking *taking, char *line) {
        char *equals = strchr(line, '=');
        const char *name, *value;

        if (!equals)
                return "is neither a section nor a setting";
        *equals = '\0';
        name = strip(line);
        value = strip(equals + 1);

        for (size_t i = 0; i < ELEMENTSOF(keys); i++) {
                if (strcmp(name, keys[i].name) != 0)
                        continue;
                /* As in systemd's files, an empty value is the default. */
                if (keys[i].take(taking, value[0] != '\0' ? value : keys[i].value) < 0)
                        return "has a value that cannot be understood";
                return NULL;
        }

        return "is no setting of depmodd.conf(5)";
}

void settings_file_parse(Settings *settings, int *level, const char *path, char *text) {
        Taking taking = { .settings = settings, .log_level = level };
        bool is_ours = true;
        char *next = text;

        for (unsigned number = 1; next; number++) {
                char *line = strip(strsep(&next, "\n"));
                const char *fault = NULL;

                if (line[0] == '\0' || line[0] == '#' || line[0] == ';')
                        continue;
                if (line[0] == '[') {
                        is_ours = strcmp(line, "[Depmodd]") == 0;
                        if (!is_ours)
                                fault = "is no section of depmodd.conf(5)";
                } else if (is_ours)
                        fault = take_line(&taking, line);
                if (fault)
                        log_message(LOG_WARNING, "%s:%u: '%s' %s, ignoring it", path, number, line,
                                    fault);
        }
}

static int read_one(Settings *settings, int *level, const char *path) {
        _cleanup_buffer_ Buffer text = {};
        int r;

        r = file_read_stored(AT_FDCWD, path, FILE_SIZE_MAX, &text);
        if (r < 0)
                return r;
        buffer_append_byte(&text, '\0');
        if (buffer_error(&text) < 0)
                return buffer_error(&text);

        settings_file_parse(settings, level, path, text.data);
        return 0;
}

static int read_usual(Settings *settings, int *level) {
        _cleanup_config_files_ ConfigFiles files = {};
        int r = -ENOENT;

        for (size_t i = 0; r == -ENOENT && i < ELEMENTSOF(main_files); i++)
                r = read_one(settings, level, main_files[i]);
        if (r < 0 && r != -ENOENT)
                (void) log_error_errno(r, "Cannot read depmodd.conf, going on without it");

        r = config_files_find(&files, drop_ins, NULL);
        if (r < 0)
                return r;
        for (size_t i = 0; i < files.count; i++) {
                r = read_one(settings, level, files.items[i].path);
                if (r < 0)
                        (void) log_error_errno(r, "Cannot read %s, going on without it",
                                               files.items[i].path);
        }

        return 0;
}

int settings_file_read(Settings *settings, int *ret_log_level) {
        Taking taking = { .settings = settings, .log_level = ret_log_level };
        int r;

        for (size_t i = 0; i < ELEMENTSOF(keys); i++)
                (void) keys[i].take(&taking, keys[i].value);

        if (!settings->config_path)
                return read_usual(settings, ret_log_level);

        r = read_one(settings, ret_log_level, settings->config_path);
        if (r < 0)
                return log_error_errno(r, "Cannot read %s", settings->config_path);
        return 0;
}
