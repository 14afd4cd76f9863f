/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/*
 * The bytes of a .modinfo section: strings of the form key=value, each ended by NULs, the last one
 * also by the section's end (specification section 4.5).
 */

/*
 * Calls on_field for each field in order; one without '=' has an empty value. Neither key nor value
 * is NUL-terminated. 0, or the first negative result of on_field.
 */
int modinfo_parse(const char *bytes, size_t size,
                  int (*on_field)(const char *key, size_t key_size, const char *value,
                                  size_t value_size, void *userdata),
                  void *userdata);
