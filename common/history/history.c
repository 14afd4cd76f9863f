/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "history.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "checksum.h"

#define MAGIC "depmodd history 1\n"
#define MAGIC_SIZE (sizeof(MAGIC) - 1)
#define HEAD_SIZE (MAGIC_SIZE + sizeof(uint64_t))

void history_done(History *history) {
        buffer_done(&history->bytes);
        free(history->entries);
        *history = (History){};
}

static uint64_t read_checksum(const char *bytes) {
        uint64_t sum = 0;

        for (size_t i = 0; i < sizeof(sum); i++)
                sum = sum << 8 | (unsigned char) bytes[MAGIC_SIZE + i];
        return sum;
}

static bool is_whole(const Buffer *bytes) {
        return bytes->size >= HEAD_SIZE && memcmp(bytes->data, MAGIC, MAGIC_SIZE) == 0 &&
               (bytes->size == HEAD_SIZE || bytes->data[bytes->size - 1] == '\0') &&
               read_checksum(bytes->data) ==
                       checksum(bytes->data + HEAD_SIZE, bytes->size - HEAD_SIZE);
}

static int begin_entry(History *history, const char *string) {
        HistoryEntry entry = { .items = string + strlen(string) + 1 };
        unsigned truncated;

        if (sscanf(string, "=%" SCNu64 " %" SCNu64 " %u", &entry.generation, &entry.time_usec,
                   &truncated) != 3)
                return HISTORY_IS_DAMAGED;
        entry.is_truncated = truncated != 0;

        if (ARRAY_RESERVE(history->entries, history->capacity, history->count + 1) < 0)
                return -ENOMEM;
        history->entries[history->count++] = entry;
        return 0;
}

static int take_string(History *history, const char *string) {
        if (string[0] == '=')
                return begin_entry(history, string);
        if (history->count == 0 || string[0] == '\0' || !strchr("+-*>", string[0]))
                return HISTORY_IS_DAMAGED;

        history->entries[history->count - 1].n_items++;
        return 0;
}

int history_parse(History *history, Buffer *bytes) {
        _cleanup_history_ History parsed = { .bytes = *bytes };
        int r = 0;

        *bytes = (Buffer){};
        if (parsed.bytes.size > 0 && !is_whole(&parsed.bytes))
                return HISTORY_IS_DAMAGED;

        for (size_t at = HEAD_SIZE; r == 0 && at < parsed.bytes.size;
             at += strlen(parsed.bytes.data + at) + 1)
                r = take_string(&parsed, parsed.bytes.data + at);
        if (r != 0)
                return r;

        *history = parsed;
        parsed = (History){};
        return 0;
}

static void append_entry(Buffer *bytes, const HistoryEntry *entry) {
        const char *item = entry->items;

        buffer_append_format(bytes, "=%" PRIu64 " %" PRIu64 " %d%c", entry->generation,
                             entry->time_usec, entry->is_truncated, '\0');
        for (size_t i = 0; i < entry->n_items; i++) {
                size_t size = strlen(item) + 1;

                buffer_append(bytes, item, size);
                item += size;
        }
}

static void append_news(Buffer *bytes, const HistoryNews *news) {
        const ChangeList *changes = news->changes;

        buffer_append_format(bytes, "=%" PRIu64 " %" PRIu64 " %d%c", news->generation,
                             news->time_usec, changes->is_truncated, '\0');
        for (size_t i = 0; i < changes->count; i++)
                buffer_append_format(bytes, "%c%s%c", (char) changes->items[i].sign,
                                     changes->items[i].name, '\0');
        for (const char *const *file = news->files; *file; file++)
                buffer_append_format(bytes, "%c%s%c", HISTORY_FILE, *file, '\0');
}

static size_t entry_size(const HistoryEntry *entry) {
        const char *end = entry->items;

        for (size_t i = 0; i < entry->n_items; i++)
                end += strlen(end) + 1;
        return (size_t) (end - entry->items) + 48; /* with its numbers */
}

/* The first entry for which there is room beside the news. */
static size_t first_kept(const History *history, size_t news_size) {
        size_t first = history->count, size = HEAD_SIZE + news_size;

        while (first > 0 && history->count - first + 2 <= HISTORY_ENTRIES_MAX) {
                size += entry_size(&history->entries[first - 1]);
                if (size > HISTORY_SIZE_MAX)
                        break;
                first--;
        }

        return first;
}

void history_render(const History *history, const HistoryNews *news, Buffer *bytes) {
        _cleanup_buffer_ Buffer last = {}, body = {};
        uint64_t sum;

        append_news(&last, news);
        for (size_t i = first_kept(history, last.size); i < history->count; i++)
                append_entry(&body, &history->entries[i]);
        buffer_append(&body, last.data, last.size);
        if (buffer_error(&last) < 0 || buffer_error(&body) < 0) {
                bytes->error = -ENOMEM;
                return;
        }

        sum = checksum(body.data, body.size);
        buffer_append(bytes, MAGIC, MAGIC_SIZE);
        buffer_append_u32_be(bytes, (uint32_t) (sum >> 32));
        buffer_append_u32_be(bytes, (uint32_t) sum);
        buffer_append(bytes, body.data, body.size);
}
