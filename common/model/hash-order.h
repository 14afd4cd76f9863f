/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * The order of kmod's hash tables, which shows in its files wherever nothing else orders them
 * (specification section 3.5): buckets ascending, names by strcmp() within one.
 */
typedef struct HashItem {
        const char *name;
        uint32_t size; /* of the name */
        uint32_t item; /* the caller's number for it */
        uint32_t bucket;
} HashItem;

#define HASH_BUCKETS_MODULES 512
#define HASH_BUCKETS_SYMBOLS 2048

uint32_t hash_order_hash(const char *name, size_t size);

/* Sets the buckets and sorts. n_buckets is a power of two. 0 or -ENOMEM. */
int hash_order_sort(HashItem *items, size_t count, uint32_t n_buckets);
