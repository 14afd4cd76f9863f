/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "buffer.h"
#include "log.h"
#include "settings-file.h"

typedef struct Taken {
        Settings settings;
        int log_level;
} Taken;

static const Taken start = {
        .settings = { .settle = { .quiet_usec = 1, .delay_max_usec = 2 },
                      .inhibit_max_usec = 3,
                      .scan_interval_usec = 4,
                      .sync = true,
                      .n_workers = 5 },
        .log_level = 6,
};

static bool is_same(const Taken *a, const Taken *b) {
        return a->settings.settle.quiet_usec == b->settings.settle.quiet_usec &&
               a->settings.settle.delay_max_usec == b->settings.settle.delay_max_usec &&
               a->settings.inhibit_max_usec == b->settings.inhibit_max_usec &&
               a->settings.scan_interval_usec == b->settings.scan_interval_usec &&
               a->settings.sync == b->settings.sync &&
               a->settings.n_workers == b->settings.n_workers && a->log_level == b->log_level;
}

static void take(Taken *taken, const char *bytes, size_t size) {
        char *text = malloc(size + 1); /* of its size, so that reading on is seen */

        fuzz_check(text);
        memcpy(text, bytes, size);
        text[size] = '\0';
        settings_file_parse(&taken->settings, &taken->log_level, "depmodd.conf", text);
        free(text);
}

/*
 * The file as a sequence of single lines, each behind the last section before it: what a line does
 * hangs on nothing else.
 */
static void take_lines(Taken *taken, const char *text) {
        const char *section = "";
        size_t section_size = 0;

        while (*text != '\0') {
                size_t size = strcspn(text, "\n"), blanks = strspn(text, " \t\r");
                _cleanup_buffer_ Buffer piece = {};

                if (blanks < size && text[blanks] == '[') {
                        section = text;
                        section_size = size;
                }
                buffer_append(&piece, section, section_size);
                buffer_append_byte(&piece, '\n');
                buffer_append(&piece, text, size);
                fuzz_check(buffer_error(&piece) == 0);
                take(taken, piece.data, piece.size);
                text += size + (text[size] == '\n');
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        char *text = strndup((const char *) bytes, size);
        Taken whole = start, again, lines = start;

        fuzz_check(text);
        log_set_level(-1);
        take(&whole, (const char *) bytes, size);
        fuzz_check(whole.settings.n_workers >= 1);
        fuzz_check(whole.settings.n_workers <= 1024);
        fuzz_check(whole.log_level >= 0 && whole.log_level < 8);
        fuzz_check(log_level_name(whole.log_level));
        fuzz_check(!whole.settings.root && !whole.settings.config_path);

        again = whole;
        take(&again, (const char *) bytes, size);
        fuzz_check(is_same(&again, &whole));

        take_lines(&lines, text);
        fuzz_check(is_same(&lines, &whole));
        free(text);
        return 0;
}
