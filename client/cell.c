/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cell.h"

#include <inttypes.h>
#include <time.h>

#include "wire.h"

#define SECOND_USEC UINT64_C(1000000)

void cell_append_safe(const char *string, size_t size, Buffer *text) {
        for (size_t i = 0; i < size; i++) {
                const unsigned char *c = (const unsigned char *) string + i;
                bool is_c1 = c[0] == 0xc2 && i + 1 < size && c[1] >= 0x80 && c[1] < 0xa0;

                if (*c < ' ' || *c == 0x7f || is_c1)
                        buffer_append_format(text, "\\x%02x", is_c1 ? c[1] : c[0]);
                else
                        buffer_append_byte(text, *c);
                i += is_c1; /* as UTF-8 it has two bytes */
        }
}

void cell_plain(const Value *value, Buffer *text) {
        switch (value->kind) {
        case VALUE_TEXT:
                cell_append_safe(value->text, strlen(value->text), text);
                break;
        case VALUE_NUMBER:
                buffer_append_format(text, "%" PRIu64, value->number);
                break;
        case VALUE_INTEGER:
                buffer_append_format(text, "%" PRId64, value->integer);
                break;
        case VALUE_REAL:
                buffer_append_format(text, "%g", value->real);
                break;
        case VALUE_BOOLEAN:
                buffer_append_string(text, value->number ? "yes" : "no");
                break;
        case VALUE_LIST:
        case VALUE_RECORD:
                for (size_t i = 0; i < value->count; i++) {
                        if (i > 0)
                                buffer_append_string(text, ", ");
                        if (value->kind == VALUE_RECORD)
                                buffer_append_format(text, "%s=", value->items[i].key);
                        cell_plain(&value->items[i], text);
                }
                break;
        case VALUE_NOTHING:
        case VALUE_FD:
                break;
        }
}

void cell_generation(const Value *value, Buffer *text) {
        if (value->number > 0)
                cell_plain(value, text);
}

void cell_time(const Value *value, Buffer *text) {
        time_t seconds = (time_t) (value->number / SECOND_USEC);
        struct tm local;
        char shown[64];

        if (value->number == 0 || !localtime_r(&seconds, &local))
                return;
        if (strftime(shown, sizeof(shown), "%Y-%m-%d %H:%M:%S", &local) > 0)
                buffer_append_string(text, shown);
}

void cell_size(const Value *value, Buffer *text) {
        static const char units[] = "BKMGTPE";
        double size = (double) value->number;
        size_t unit = 0;

        while (size >= 1024 && units[unit + 1]) {
                size /= 1024;
                unit++;
        }
        buffer_append_format(text, unit == 0 ? "%.0f%c" : "%.1f%c", size, units[unit]);
}

void cell_crc(const Value *value, Buffer *text) {
        buffer_append_format(text, "0x%08" PRIx64, value->number);
}

void cell_edges(const Value *value, Buffer *text) {
        static const struct {
                uint32_t bit;
                const char *word;
        } words[] = {
                { DEPMOD1_EDGE_WANTED, "wanted" },    { DEPMOD1_EDGE_HARD, "symbol" },
                { DEPMOD1_EDGE_SOFT_PRE, "softpre" }, { DEPMOD1_EDGE_SOFT_POST, "softpost" },
                { DEPMOD1_EDGE_WEAK, "weak" },        { DEPMOD1_EDGE_BUILTIN, "builtin" },
        };
        const char *comma = "";

        for (size_t i = 0; i < ELEMENTSOF(words); i++) {
                if (value->number & words[i].bit) {
                        buffer_append_format(text, "%s%s", comma, words[i].word);
                        comma = ",";
                }
        }
}
