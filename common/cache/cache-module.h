/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cache.h"

/* Is it certain that the record is that of the file as long as the file has its key? */
bool cache_holds(const Module *module, const CachePlace *place, int64_t now_ns);
