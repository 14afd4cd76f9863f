/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "fd.h"

static const Value nothing = {};

/* As deep as the answers of our interface are, and never deeper than a message can be. */
void value_done(Value *value) {
        for (size_t i = 0; i < value->count; i++)
                value_done(&value->items[i]);
        if (value->kind == VALUE_FD)
                closep(&value->fd);
        free(value->items);
        free(value->text);
        free(value->key);
        *value = (Value){};
}

Value *value_add(Value *container, const char *key) {
        Value *member;

        if (ARRAY_RESERVE(container->items, container->capacity, container->count + 1) < 0)
                return NULL;

        member = &container->items[container->count];
        *member = (Value){ .key = key ? strdup(key) : NULL };
        if (key && !member->key)
                return NULL;

        container->kind = key ? VALUE_RECORD : VALUE_LIST;
        container->count++;
        return member;
}

int value_add_text(Value *container, const char *key, const char *text) {
        Value *member = value_add(container, key);

        if (!member)
                return -ENOMEM;
        member->kind = VALUE_TEXT;
        member->text = strdup(text);
        return member->text ? 0 : -ENOMEM;
}

int value_add_number(Value *container, const char *key, uint64_t number) {
        Value *member = value_add(container, key);

        if (!member)
                return -ENOMEM;
        member->kind = VALUE_NUMBER;
        member->number = number;
        return 0;
}

int value_add_boolean(Value *container, const char *key, bool boolean) {
        Value *member = value_add(container, key);

        if (!member)
                return -ENOMEM;
        member->kind = VALUE_BOOLEAN;
        member->number = boolean;
        return 0;
}

int value_add_value(Value *container, const char *key, Value *member) {
        Value *added = value_add(container, key);
        char *own_key;

        if (!added)
                return -ENOMEM;
        own_key = added->key;
        free(member->key);
        *added = *member;
        added->key = own_key;
        *member = (Value){};
        return 0;
}

Value value_take(Value *record, const char *key) {
        Value *member = (Value *) value_find(record, key); /* as const as the record */
        Value taken = { .kind = VALUE_LIST };

        if (member) {
                free(member->key);
                taken = *member;
                taken.key = NULL;
                *member = (Value){};
        }
        return taken;
}

const Value *value_find(const Value *record, const char *key) {
        for (size_t i = 0; record && record->kind == VALUE_RECORD && i < record->count; i++) {
                const Value *member = &record->items[i];

                if (member->key && strcmp(member->key, key) == 0) /* or it was moved away */
                        return member;
        }

        return NULL;
}

const char *value_text(const Value *record, const char *key) {
        const Value *member = value_find(record, key);

        return member && member->kind == VALUE_TEXT ? member->text : "";
}

uint64_t value_number(const Value *record, const char *key) {
        const Value *member = value_find(record, key);

        return member && member->kind == VALUE_NUMBER ? member->number : 0;
}

bool value_boolean(const Value *record, const char *key) {
        const Value *member = value_find(record, key);

        return member && member->kind == VALUE_BOOLEAN && member->number != 0;
}

const Value *value_list(const Value *record, const char *key) {
        const Value *member = value_find(record, key);

        return member && (member->kind == VALUE_LIST || member->kind == VALUE_RECORD) ? member
                                                                                      : &nothing;
}
