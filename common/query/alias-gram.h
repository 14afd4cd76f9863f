/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * What tells in a nanosecond that a pattern cannot match a name, where some thousand patterns begin
 * alike ("acpi*:PNP0C02:*", "of:N*T*Cvendor,device"): the end of the longest text in the pattern
 * has to stand somewhere in the name. Such an end, a gram of 8 or of 4 bytes, is kept as a number,
 * and the numbers of all grams of the name are a set.
 */

/* Of a pattern in its normal form; 0 if there is nothing in it that every match contains. */
uint16_t alias_gram_of_pattern(const char *pattern, size_t size);

typedef struct AliasGrams {
        uint64_t bits[65536 / 64];
} AliasGrams;

/* All grams of a name, and 0. */
void alias_grams_of_name(AliasGrams *grams, const char *name, size_t size);

static inline int alias_grams_have(const AliasGrams *grams, uint16_t gram) {
        return (grams->bits[gram / 64] >> (gram % 64)) & 1;
}
