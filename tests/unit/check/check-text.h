/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "buffer.h"
#include "check.h"

/* What a check has found, as lines for a test to compare. */

static inline void append_field(Buffer *text, const char *name, const char *value) {
        if (value)
                buffer_append_format(text, " %s=%s", name, value);
}

/* "name together alone", then "name code symbol=… found=… wanted=… other=…" of each finding. */
static inline void case_append(Buffer *text, const CheckResults *results) {
        for (size_t i = 0; i < results->count; i++)
                buffer_append_format(text, "%s %s %s\n", results->items[i].name,
                                     check_verdict_name(results->items[i].together),
                                     check_verdict_name(results->items[i].alone));
        for (size_t i = 0; i < results->findings.count; i++) {
                const Finding *finding = &results->findings.items[i];

                buffer_append_format(text, "%s %s", finding->path, finding_code(finding->kind));
                append_field(text, "symbol", finding->symbol);
                append_field(text, "found", finding->found);
                append_field(text, "wanted", finding->wanted);
                append_field(text, "other", finding->other);
                if (finding->number > 0)
                        buffer_append_format(text, " %u", (unsigned) finding->number);
                buffer_append_byte(text, '\n');
        }
}
