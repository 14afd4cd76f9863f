/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "file-flaw.h"

#include <string.h>
#include <time.h>

#include "index-read.h"

static const char *const words[] = {
        [FLAW_NONE] = "right",
        [FLAW_MISSING] = "missing",
        [FLAW_EMPTY] = "empty",
        [FLAW_CUT_SHORT] = "cut short",
        [FLAW_NO_INDEX] = "damaged",
        [FLAW_NO_FILE] = "no regular file",
        [FLAW_UNREADABLE] = "not readable",
        [FLAW_DIFFERENT] = "not what the modules say",
};

FileFlaw file_flaw_of(const Buffer *found, const Buffer *wanted, bool is_binary) {
        IndexReader reader;

        if (found->size == 0)
                return FLAW_EMPTY;
        /* The beginning of a text may be all that an index of fewer modules has to say. */
        if (!is_binary)
                return found->data[found->size - 1] == '\n' ? FLAW_DIFFERENT : FLAW_CUT_SHORT;
        if (found->size < wanted->size && memcmp(found->data, wanted->data, found->size) == 0)
                return FLAW_CUT_SHORT;

        return index_reader_init(&reader, found->data, found->size) < 0 ? FLAW_NO_INDEX
                                                                        : FLAW_DIFFERENT;
}

bool file_flaw_is_damage(FileFlaw flaw) {
        return flaw >= FLAW_EMPTY && flaw <= FLAW_UNREADABLE;
}

void file_flaw_append(FileFlaw flaw, const struct timespec *since, Buffer *text) {
        char shown[64];
        struct tm utc;

        buffer_append_string(text, words[flaw]);
        if (since->tv_sec != 0 && gmtime_r(&since->tv_sec, &utc) &&
            strftime(shown, sizeof(shown), "%Y-%m-%d %H:%M:%S UTC", &utc) > 0)
                buffer_append_format(text, " since %s", shown);
        buffer_append_byte(text, '\0');
}
