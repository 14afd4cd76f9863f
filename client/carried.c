/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "carried.h"

#include <errno.h>
#include <string.h>

#include "buffer.h"
#include "macro.h"

#define LINK_DIRECTORY "weak-updates"

/* Remarks do not count. */
static bool is_objection(const Value *reason) {
        return strcmp(value_text(reason, "severity"), "info") != 0;
}

/* The worst is first. Of one that would load nothing needs to be explained. */
static int add_reason(Value *module) {
        const Value *reasons = value_list(module, "reasons");
        _cleanup_buffer_ Buffer why = {};

        if (strcmp(value_text(module, "verdict"), "loads") != 0 && reasons->count > 0 &&
            is_objection(&reasons->items[0])) {
                buffer_append_string(&why, value_text(&reasons->items[0], "code"));
                if (reasons->count > 1 && is_objection(&reasons->items[1]))
                        buffer_append_string(&why, ", …");
        }
        buffer_append_byte(&why, '\0');
        return buffer_error(&why) < 0 ? -ENOMEM : value_add_text(module, "why", why.data);
}

static int add_link(Value *module) {
        const char *path = value_text(module, "path"), *slash = strrchr(path, '/');
        _cleanup_buffer_ Buffer link = {};

        if (strcmp(value_text(module, "verdict"), "loads") != 0)
                return 0;

        buffer_append_format(&link, LINK_DIRECTORY "/%s", slash ? slash + 1 : path);
        buffer_append_byte(&link, '\0');
        return buffer_error(&link) < 0 ? -ENOMEM : value_add_text(module, "link", link.data);
}

static int for_each(Value *reply, int (*add)(Value *module)) {
        Value *carried = (Value *) value_find(reply, "carried");
        int r = 0;

        for (size_t i = 0; carried && r >= 0 && i < carried->count; i++)
                r = add(&carried->items[i]);
        return r;
}

int carried_add_reasons(Value *reply) {
        return for_each(reply, add_reason);
}

int carried_add_links(Value *reply) {
        return for_each(reply, add_link);
}
