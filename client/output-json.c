/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output-json.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>

static void object_putp(json_object **object) {
        json_object_put(*object);
}

/* NULL is JSON's null. */
static int make_object(const Value *value, json_object **ret_object);

static int add_members(json_object *object, const Value *value) {
        for (size_t i = 0; i < value->count; i++) {
                json_object *member = NULL;
                int r;

                if (value->kind == VALUE_RECORD && !value->items[i].key)
                        continue; /* was moved away */
                r = make_object(&value->items[i], &member);
                if (r < 0)
                        return r;
                r = value->kind == VALUE_RECORD
                            ? json_object_object_add(object, value->items[i].key, member)
                            : json_object_array_add(object, member);
                if (r < 0) {
                        json_object_put(member);
                        return -ENOMEM;
                }
        }

        return 0;
}

static json_object *new_object(const Value *value) {
        switch (value->kind) {
        case VALUE_TEXT:
                return json_object_new_string(value->text);
        case VALUE_NUMBER:
                return json_object_new_uint64(value->number);
        case VALUE_INTEGER:
                return json_object_new_int64(value->integer);
        case VALUE_REAL:
                return json_object_new_double(value->real);
        case VALUE_BOOLEAN:
                return json_object_new_boolean(value->number != 0);
        case VALUE_LIST:
                return json_object_new_array();
        case VALUE_RECORD:
                return json_object_new_object();
        default:
                return NULL;
        }
}

static int make_object(const Value *value, json_object **ret_object) {
        _cleanup_(object_putp) json_object *object = new_object(value);
        int r;

        if (!object)
                return value->kind == VALUE_NOTHING || value->kind == VALUE_FD ? 0 : -ENOMEM;

        r = add_members(object, value);
        if (r < 0)
                return r;

        *ret_object = TAKE_PTR(object);
        return 0;
}

int output_json(const Value *value, bool is_pretty) {
        int how = JSON_C_TO_STRING_NOSLASHESCAPE |
                  (is_pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
                             : JSON_C_TO_STRING_PLAIN);
        _cleanup_(object_putp) json_object *object = NULL;
        const char *text;
        int r;

        r = make_object(value, &object);
        if (r < 0)
                return r;
        text = json_object_to_json_string_ext(object, how);
        if (!text)
                return -ENOMEM;

        (void) puts(text);
        return 0;
}
