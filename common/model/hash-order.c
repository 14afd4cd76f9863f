/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hash-order.h"

#include <errno.h>
#include <string.h>

#include "macro.h"

/* kmod loads two bytes in the host's order: on a big-endian machine it has another order, as we do.
 */
static uint32_t load_u16(const char *bytes) {
        uint16_t value;

        memcpy(&value, bytes, sizeof(value));
        return value;
}

/* A byte as a signed char, in 32 bits: it shows in names beyond ASCII only. */
static uint32_t load_signed(char byte) {
        int32_t value = (signed char) byte;

        return (uint32_t) value;
}

uint32_t hash_order_hash(const char *name, size_t size) {
        uint32_t hash = (uint32_t) size;

        for (; size >= 4; size -= 4, name += 4) {
                hash += load_u16(name);
                hash = (hash << 16) ^ ((load_u16(name + 2) << 11) ^ hash);
                hash += hash >> 11;
        }

        switch (size) {
        case 3:
                hash += load_u16(name);
                hash ^= hash << 16;
                hash ^= load_signed(name[2]) << 18;
                hash += hash >> 11;
                break;
        case 2:
                hash += load_u16(name);
                hash ^= hash << 11;
                hash += hash >> 17;
                break;
        case 1:
                hash += load_signed(name[0]);
                hash ^= hash << 10;
                hash += hash >> 1;
                break;
        default:
                break;
        }

        hash ^= hash << 3;
        hash += hash >> 5;
        hash ^= hash << 4;
        hash += hash >> 17;
        hash ^= hash << 25;
        hash += hash >> 6;
        return hash;
}

static int compare_names(const void *a, const void *b) {
        return strcmp(((const HashItem *) a)->name, ((const HashItem *) b)->name);
}

/* A bucket nearly always holds but a few. */
#define INSERTION_MAX 32

static void sort_bucket(HashItem *items, size_t n) {
        if (n > INSERTION_MAX) {
                qsort(items, n, sizeof(HashItem), compare_names);
                return;
        }

        for (size_t i = 1; i < n; i++) {
                HashItem item = items[i];
                size_t k = i;

                for (; k > 0 && strcmp(items[k - 1].name, item.name) > 0; k--)
                        items[k] = items[k - 1];
                items[k] = item;
        }
}

/* Spread over the buckets by counting, then sorted within each. */
int hash_order_sort(HashItem *items, size_t count, uint32_t n_buckets) {
        _cleanup_free_ size_t *starts = calloc((size_t) n_buckets + 1, sizeof(size_t));
        _cleanup_free_ HashItem *spread = reallocarray(NULL, count + 1, sizeof(HashItem));
        size_t start = 0;

        if (!starts || !spread)
                return -ENOMEM;

        for (size_t i = 0; i < count; i++) {
                items[i].bucket = hash_order_hash(items[i].name, items[i].size) & (n_buckets - 1);
                starts[items[i].bucket + 1]++;
        }
        for (uint32_t b = 0; b < n_buckets; b++)
                starts[b + 1] += starts[b];
        for (size_t i = 0; i < count; i++)
                spread[starts[items[i].bucket]++] = items[i];

        /* starts[b] is now where bucket b ends */
        for (uint32_t b = 0; b < n_buckets; b++) {
                sort_bucket(spread + start, starts[b] - start);
                start = starts[b];
        }

        memcpy(items, spread, count * sizeof(HashItem));
        return 0;
}
