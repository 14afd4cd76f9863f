/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * The worked examples of the specification (section 6.9): what kmod 34 (preorder) and kmod 30
 * (postorder) write for the same small tree.
 */
typedef struct ExampleEntry {
        const char *key;
        const char *value;
        uint32_t priority;
} ExampleEntry;

typedef struct Example {
        ExampleEntry entries[3];
        size_t n_entries;
        size_t size;
        const uint8_t *preorder;
        const uint8_t *postorder;
} Example;

#define INDEX_EXAMPLES 5
extern const Example examples[INDEX_EXAMPLES];

/* One of them, with a gap, a wildcard and two values of one key. */
extern const Example *const alias_example;
