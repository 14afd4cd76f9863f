/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "macro.h"

/*
 * What the daemon answered, without the bus: a tree of texts, numbers, lists and records. It is
 * filled by remote_call() or by a verb that puts a document together, and printed as a table or as
 * JSON. The keys of records are the names that the interface gives to its arguments, properties
 * and dictionary keys, so new ones of a newer daemon appear in JSON by themselves.
 *
 * A zeroed struct is "nothing". Values own all that they hold.
 */
typedef enum ValueKind {
        VALUE_NOTHING,
        VALUE_TEXT,
        VALUE_NUMBER,  /* without sign */
        VALUE_INTEGER, /* with sign */
        VALUE_REAL,
        VALUE_BOOLEAN, /* its number is 0 or 1 */
        VALUE_FD,      /* closed with the value */
        VALUE_LIST,
        VALUE_RECORD, /* a list of values with keys */
} ValueKind;

typedef struct Value Value;
struct Value {
        ValueKind kind;
        char *key; /* of a member of a record */
        char *text;
        uint64_t number;
        int64_t integer;
        double real;
        int fd;
        Value *items;
        size_t count;
        size_t capacity;
};

void value_done(Value *value);
#define _cleanup_value_ _cleanup_(value_done)

/*
 * Appends to a list (key NULL) or to a record, and makes a list or a record of what was nothing.
 * The caller fills in the new member, which stays where it is until the next one is added.
 * value_add() returns NULL for want of memory, the others -ENOMEM.
 */
Value *value_add(Value *container, const char *key);
int value_add_text(Value *container, const char *key, const char *text);
int value_add_number(Value *container, const char *key, uint64_t number);
int value_add_boolean(Value *container, const char *key, bool boolean);

/* Moves `member`, which is nothing afterwards. */
int value_add_value(Value *container, const char *key, Value *member);

/* Takes a member out of a record, where nothing is left of it; an empty list if there is none. */
Value value_take(Value *record, const char *key);

/* A member of a record; NULL if there is none, or if `record` is none. */
const Value *value_find(const Value *record, const char *key);

/* What such a member holds; "", 0, false or an empty list if there is none of that kind. */
const char *value_text(const Value *record, const char *key);
uint64_t value_number(const Value *record, const char *key);
bool value_boolean(const Value *record, const char *key);
const Value *value_list(const Value *record, const char *key);
