/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "question.h"

/*
 * The a{sv} that describes a module: each function appends one entry. 0 or a negative errno.
 */
typedef struct PropertyList {
        Question *question;
        sd_bus_message *reply;
} PropertyList;

int property_text(PropertyList *list, const char *key, const char *value);
int property_number(PropertyList *list, const char *key, uint64_t value);

/* A list of texts, one after the other. */
int property_open_texts(PropertyList *list, const char *key);
int property_add_text(PropertyList *list, const char *text, size_t size);
int property_close_texts(PropertyList *list);

int property_ids(PropertyList *list, const char *key, const Tree *tree, const StringId *ids,
                 size_t count);

/*
 * All that a module's fields say: each by the name that it has on the bus, if it has one, and all
 * of them as they stand in "Fields".
 */
int property_fields(PropertyList *list, const ModuleDetails *details);
