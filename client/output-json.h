/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "value.h"

/* A value as one JSON document and a newline on standard output. 0 or -ENOMEM. */
int output_json(const Value *value, bool is_pretty);
