/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "carried.h"

#include <errno.h>
#include <string.h>

#include "buffer.h"
#include "macro.h"

#define LINK_DIRECTORY "weak-updates"

/* "{symbol}" and "{detail}" stand for the fields of the reason. */
static const char *template_of(const char *code) {
        static const struct {
                const char *code;
                const char *template;
        } known[] = {
                { "wrong-machine", "not for {detail}" },
                { "vermagic-mismatch", "not for {detail}" },
                { "unresolved-symbol", "nobody exports {symbol}" },
                { "crc-mismatch", "{symbol} of {detail} is another" },
                { "unknown-symbol", "nothing tells about {symbol}" },
                { "dependency", "needs {detail}" },
        };

        for (size_t i = 0; i < ELEMENTSOF(known); i++) {
                if (strcmp(known[i].code, code) == 0)
                        return known[i].template;
        }

        return code;
}

static void append_reason(Buffer *why, const Value *reason) {
        const char *template = template_of(value_text(reason, "code")), *field;

        while ((field = strchr(template, '{'))) {
                const char *end = strchr(field, '}');
                bool is_symbol = strncmp(field, "{symbol", strlen("{symbol")) == 0;

                buffer_append(why, template, (size_t) (field - template));
                buffer_append_string(why, value_text(reason, is_symbol ? "symbol" : "detail"));
                template = end + 1;
        }
        buffer_append_string(why, template);
}

static int add_reason(Value *module) {
        const Value *reasons = value_list(module, "reasons");
        _cleanup_buffer_ Buffer why = {};

        if (reasons->count > 0)
                append_reason(&why, &reasons->items[0]);
        if (reasons->count > 1)
                buffer_append_format(&why, ", and more");
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
