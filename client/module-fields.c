/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-fields.h"

#include <string.h>

#include "cell.h"

#define VALUE_COLUMN 16
#define SIGNATURE_LINE 60 /* characters: twenty bytes and their colons */

static void begin_line(const char *key, Buffer *text) {
        size_t begin = text->size;

        cell_append_safe(key, text);
        buffer_append_byte(text, ':');
        while (text->size - begin < VALUE_COLUMN && buffer_error(text) == 0)
                buffer_append_byte(text, ' ');
}

void module_fields_append_line(const char *key, const char *value, Buffer *text) {
        begin_line(key, text);
        cell_append_safe(value, text);
        buffer_append_byte(text, '\n');
}

/* modinfo breaks it after so many bytes and begins the next line with two tabulators. */
static void append_signature(const char *value, Buffer *text) {
        begin_line("signature", text);
        for (size_t size = strlen(value); size > SIGNATURE_LINE; size -= SIGNATURE_LINE) {
                buffer_append(text, value, SIGNATURE_LINE);
                buffer_append_string(text, "\n\t\t");
                value += SIGNATURE_LINE;
        }
        cell_append_safe(value, text);
        buffer_append_byte(text, '\n');
}

static bool is_parameter(const char *key) {
        return strcmp(key, "parm") == 0 || strcmp(key, "parmtype") == 0;
}

static void append_parameter(const Value *parameter, Buffer *text) {
        const char *type = value_text(parameter, "type");

        begin_line("parm", text);
        cell_append_safe(value_text(parameter, "name"), text);
        buffer_append_byte(text, ':');
        cell_append_safe(value_text(parameter, "description"), text);
        if (type[0] != '\0') {
                buffer_append_string(text, " (");
                cell_append_safe(type, text);
                buffer_append_byte(text, ')');
        }
        buffer_append_byte(text, '\n');
}

void module_fields_append(const Value *module, Buffer *text) {
        const Value *fields = value_list(module, "Fields"),
                    *parameters = value_list(module, "Params");
        const char *filename = value_text(module, "Filename");

        if (strcmp(value_text(module, "Kind"), "builtin") == 0) {
                module_fields_append_line("name", value_text(module, "Name"), text);
                filename = "(builtin)";
        }
        module_fields_append_line("filename", filename, text);

        for (size_t i = 0; i < fields->count; i++) {
                const char *key = value_text(&fields->items[i], "key");
                const char *value = value_text(&fields->items[i], "value");

                if (strcmp(key, "signature") == 0)
                        append_signature(value, text);
                else if (!is_parameter(key))
                        module_fields_append_line(key, value, text);
        }
        for (size_t i = 0; i < parameters->count; i++)
                append_parameter(&parameters->items[i], text);
}

bool module_fields_append_values(const Value *module, const char *key, Buffer *text) {
        const Value *fields = value_list(module, "Fields");
        bool is_found = false;

        if (strcmp(key, "filename") == 0) {
                cell_append_safe(value_text(module, "Filename"), text);
                buffer_append_byte(text, '\n');
                return true;
        }

        for (size_t i = 0; i < fields->count; i++) {
                if (strcmp(value_text(&fields->items[i], "key"), key) != 0)
                        continue;
                cell_append_safe(value_text(&fields->items[i], "value"), text);
                buffer_append_byte(text, '\n');
                is_found = true;
        }

        return is_found;
}
