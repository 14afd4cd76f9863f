/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "buffer.h"
#include "value.h"

/*
 * What modinfo(8) prints of a module, and how. `module` is the record that GetModule returns; its
 * "Fields" are a list of records with "key" and "value".
 */

/*
 * Appends the lines "key: value": first the file, then the fields in the order of the file, then
 * the parameters, each with its type. As in modinfo long signatures take several lines. 0 or
 * -ENOMEM.
 */
int module_fields_append(const Value *module, Buffer *text);

/* Appends the values of one field, each on a line; false: it has no such field. */
bool module_fields_append_values(const Value *module, const char *key, Buffer *text);

/* Appends "key:" and a value in modinfo's columns. */
void module_fields_append_line(const char *key, const char *value, Buffer *text);
