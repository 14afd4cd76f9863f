/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cell.h"

#define INDENTATION "\t\t"
#define VALUE_COLUMN 16
#define SIGNATURE_LINE 60 /* characters: twenty bytes and their colons */

/* Of several lines those after the first are indented, so that none can pretend to be a field. */
static void append_text(const char *string, size_t size, Buffer *text) {
        for (size_t i = 0; i < size; i++) {
                if (string[i] == '\n')
                        buffer_append_string(text, "\n" INDENTATION);
                else if (string[i] == '\t')
                        buffer_append_byte(text, '\t');
                else {
                        size_t begin = i;

                        while (i + 1 < size && string[i + 1] != '\n' && string[i + 1] != '\t')
                                i++;
                        cell_append_safe(string + begin, i + 1 - begin, text);
                }
        }
}

static void begin_line(const char *key, Buffer *text) {
        size_t begin = text->size;

        append_text(key, strlen(key), text);
        buffer_append_byte(text, ':');
        while (text->size - begin < VALUE_COLUMN && buffer_error(text) == 0)
                buffer_append_byte(text, ' ');
}

void module_fields_append_line(const char *key, const char *value, Buffer *text) {
        begin_line(key, text);
        append_text(value, strlen(value), text);
        buffer_append_byte(text, '\n');
}

/* modinfo breaks it after so many bytes. */
static void append_signature(const char *value, Buffer *text) {
        begin_line("signature", text);
        for (size_t size = strlen(value); size > SIGNATURE_LINE; size -= SIGNATURE_LINE) {
                buffer_append(text, value, SIGNATURE_LINE);
                buffer_append_string(text, "\n" INDENTATION);
                value += SIGNATURE_LINE;
        }
        append_text(value, strlen(value), text);
        buffer_append_byte(text, '\n');
}

/* What "parm" and "parmtype" say of one parameter, each as "name:text". */
typedef struct Parameter {
        const char *name;
        size_t name_size;
        const char *description; /* NULL: there is none */
        const char *type;
} Parameter;

typedef struct Parameters {
        Parameter *items;
        size_t count;
        size_t capacity;
} Parameters;

static void parameters_done(Parameters *parameters) {
        free(parameters->items);
}

static bool is_parameter(const char *key) {
        return strcmp(key, "parm") == 0 || strcmp(key, "parmtype") == 0;
}

static Parameter *find_parameter(const Parameters *parameters, const char *name, size_t size) {
        for (size_t i = 0; i < parameters->count; i++) {
                Parameter *parameter = &parameters->items[i];

                if (parameter->name_size == size && memcmp(parameter->name, name, size) == 0)
                        return parameter;
        }

        return NULL;
}

static int take_parameter(Parameters *parameters, const char *key, const char *value) {
        const char *colon = strchrnul(value, ':');
        size_t size = (size_t) (colon - value);
        Parameter *parameter = find_parameter(parameters, value, size);

        if (!parameter) {
                if (ARRAY_RESERVE(parameters->items, parameters->capacity, parameters->count + 1) <
                    0)
                        return -ENOMEM;
                parameter = &parameters->items[parameters->count++];
                *parameter = (Parameter){ .name = value, .name_size = size };
        }

        if (strcmp(key, "parm") == 0)
                parameter->description = colon + (*colon != '\0');
        else
                parameter->type = colon + (*colon != '\0');
        return 0;
}

static void append_parameter(const Parameter *parameter, Buffer *text) {
        begin_line("parm", text);
        append_text(parameter->name, parameter->name_size, text);
        buffer_append_byte(text, ':');
        if (parameter->description)
                append_text(parameter->description, strlen(parameter->description), text);
        if (parameter->type) {
                buffer_append_string(text, parameter->description ? " (" : "");
                append_text(parameter->type, strlen(parameter->type), text);
                buffer_append_string(text, parameter->description ? ")" : "");
        }
        buffer_append_byte(text, '\n');
}

static int append_fields(const Value *fields, Parameters *parameters, Buffer *text) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < fields->count; i++) {
                const char *key = value_text(&fields->items[i], "key");
                const char *value = value_text(&fields->items[i], "value");

                if (is_parameter(key))
                        r = take_parameter(parameters, key, value);
                else if (strcmp(key, "signature") == 0)
                        append_signature(value, text);
                else
                        module_fields_append_line(key, value, text);
        }

        return r;
}

int module_fields_append(const Value *module, Buffer *text) {
        _cleanup_(parameters_done) Parameters parameters = {};
        const char *filename = value_text(module, "Filename");
        int r;

        if (strcmp(value_text(module, "Kind"), "builtin") == 0) {
                module_fields_append_line("name", value_text(module, "Name"), text);
                filename = "(builtin)";
        }
        module_fields_append_line("filename", filename, text);

        r = append_fields(value_list(module, "Fields"), &parameters, text);
        if (r < 0)
                return r;

        /* modinfo(8) has the last one first. */
        for (size_t i = parameters.count; i > 0; i--)
                append_parameter(&parameters.items[i - 1], text);
        return 0;
}

static void append_line(const char *value, Buffer *text) {
        cell_append_safe(value, strlen(value), text);
        buffer_append_byte(text, '\n');
}

bool module_fields_append_values(const Value *module, const char *key, Buffer *text) {
        const Value *fields = value_list(module, "Fields");
        bool is_found = false;

        if (strcmp(key, "filename") == 0) {
                append_line(value_text(module, "Filename"), text);
                return true;
        }

        for (size_t i = 0; i < fields->count; i++) {
                if (strcmp(value_text(&fields->items[i], "key"), key) != 0)
                        continue;
                append_line(value_text(&fields->items[i], "value"), text);
                is_found = true;
        }

        return is_found;
}
