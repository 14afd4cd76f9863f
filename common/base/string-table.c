/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define XXH_INLINE_ALL
#include "string-table.h"

#include <errno.h>
#include <string.h>
#include <xxhash.h>

#include "array.h"

/*
 * Open addressing with linear probing over a power of two of slots, at most half full. A slot holds
 * the string's id and the hash's upper bits, so that nearly every miss is seen without touching the
 * pool. offsets[id] is where a string starts in the pool, offsets[id + 1] where the next does.
 */
typedef struct Slot {
        uint32_t hash;
        StringId id;
} Slot;

#define MASK_MIN 1023

struct StringTable {
        char *pool;
        size_t pool_capacity;
        uint32_t *offsets;
        size_t offsets_capacity;
        uint32_t count;
        Slot *slots;
        uint32_t mask;
};

static uint32_t string_hash(const char *string, size_t size) {
        return (uint32_t) XXH3_64bits(string, size);
}

static Slot *slots_new(size_t n) {
        Slot *slots = reallocarray(NULL, n, sizeof(Slot));

        if (slots)
                memset(slots, 0xff, n * sizeof(Slot));
        return slots;
}

int string_table_new(StringTable **ret_table) {
        _cleanup_(string_table_freep) StringTable *table = NULL;

        table = calloc(1, sizeof(*table));
        if (!table)
                return -ENOMEM;

        table->mask = MASK_MIN;
        table->slots = slots_new((size_t) table->mask + 1);
        if (!table->slots)
                return -ENOMEM;

        if (ARRAY_RESERVE(table->offsets, table->offsets_capacity, 1) < 0)
                return -ENOMEM;
        table->offsets[0] = 0;

        *ret_table = TAKE_PTR(table);
        return 0;
}

StringTable *string_table_free(StringTable *table) {
        if (!table)
                return NULL;

        free(table->pool);
        free(table->offsets);
        free(table->slots);
        free(table);
        return NULL;
}

static void *copy(const void *items, size_t n, size_t item_size) {
        void *copied = reallocarray(NULL, n, item_size);

        if (copied && n > 0)
                memcpy(copied, items, n * item_size);
        return copied;
}

int string_table_clone(StringTable **ret_table, const StringTable *table) {
        _cleanup_(string_table_freep) StringTable *clone = calloc(1, sizeof(*clone));
        size_t pool_size = table->offsets[table->count], n_slots = (size_t) table->mask + 1;

        if (!clone)
                return -ENOMEM;

        clone->pool = copy(table->pool, pool_size, 1);
        clone->offsets = copy(table->offsets, (size_t) table->count + 1, sizeof(uint32_t));
        clone->slots = copy(table->slots, n_slots, sizeof(Slot));
        if ((pool_size > 0 && !clone->pool) || !clone->offsets || !clone->slots)
                return -ENOMEM;

        clone->pool_capacity = pool_size;
        clone->offsets_capacity = (size_t) table->count + 1;
        clone->count = table->count;
        clone->mask = table->mask;
        *ret_table = TAKE_PTR(clone);
        return 0;
}

const char *string_table_get(const StringTable *table, StringId id) {
        return table->pool + table->offsets[id];
}

size_t string_table_size(const StringTable *table, StringId id) {
        return table->offsets[id + 1] - table->offsets[id] - 1;
}

uint32_t string_table_count(const StringTable *table) {
        return table->count;
}

/* The slot that holds the string, or the empty one where it belongs. */
static Slot *find_slot(const StringTable *table, uint32_t hash, const char *string, size_t size) {
        for (uint32_t i = hash & table->mask;; i = (i + 1) & table->mask) {
                Slot *slot = &table->slots[i];

                if (slot->id == STRING_NONE)
                        return slot;
                if (slot->hash == hash && string_table_size(table, slot->id) == size &&
                    memcmp(string_table_get(table, slot->id), string, size) == 0)
                        return slot;
        }
}

StringId string_table_find(const StringTable *table, const char *string, size_t size) {
        return find_slot(table, string_hash(string, size), string, size)->id;
}

static int grow_slots(StringTable *table) {
        uint32_t mask = table->mask * 2 + 1;
        Slot *slots = slots_new((size_t) mask + 1);

        if (!slots)
                return -ENOMEM;

        for (uint32_t i = 0; i <= table->mask; i++) {
                uint32_t j = table->slots[i].hash & mask;

                if (table->slots[i].id == STRING_NONE)
                        continue;
                while (slots[j].id != STRING_NONE)
                        j = (j + 1) & mask;
                slots[j] = table->slots[i];
        }

        free(table->slots);
        table->slots = slots;
        table->mask = mask;
        return 0;
}

static int append_string(StringTable *table, const char *string, size_t size) {
        uint32_t start = table->offsets[table->count], end;

        if (table->count >= (UINT32_C(1) << STRING_ID_BITS) - 1 || size >= UINT32_MAX ||
            __builtin_add_overflow(start, (uint32_t) size + 1, &end))
                return -EOVERFLOW;

        if (ARRAY_RESERVE(table->pool, table->pool_capacity, end) < 0 ||
            ARRAY_RESERVE(table->offsets, table->offsets_capacity, (size_t) table->count + 2) < 0)
                return -ENOMEM;

        memcpy(table->pool + start, string, size);
        table->pool[start + size] = '\0';
        table->offsets[table->count + 1] = end;
        table->count++;
        return 0;
}

static int intern_hashed(StringTable *table, uint32_t hash, const char *string, size_t size,
                         StringId *ret_id) {
        Slot *slot = find_slot(table, hash, string, size);
        int r;

        if (slot->id != STRING_NONE) {
                *ret_id = slot->id;
                return 0;
        }

        if (table->count > table->mask / 2) {
                r = grow_slots(table);
                if (r < 0)
                        return r;
                slot = find_slot(table, hash, string, size);
        }

        r = append_string(table, string, size);
        if (r < 0)
                return r;

        *slot = (Slot){ .hash = hash, .id = table->count - 1 };
        *ret_id = slot->id;
        return 0;
}

/* Where each string of the pool begins. */
static int set_offsets(StringTable *table, size_t size, uint32_t n) {
        const char *at = table->pool, *end = at + size;

        for (uint32_t i = 0; i < n; i++) {
                const char *nul = at < end ? memchr(at, '\0', (size_t) (end - at)) : NULL;

                if (!nul)
                        return -EBADMSG;
                at = nul + 1;
                table->offsets[i + 1] = (uint32_t) (at - table->pool);
        }

        return at == end ? 0 : -EBADMSG;
}

static int fill_slots(StringTable *table, uint32_t n) {
        for (uint32_t id = 0; id < n; id++) {
                const char *string = string_table_get(table, id);
                size_t size = string_table_size(table, id);
                uint32_t hash = string_hash(string, size);
                Slot *slot = find_slot(table, hash, string, size);

                if (slot->id != STRING_NONE)
                        return -EBADMSG;
                *slot = (Slot){ .hash = hash, .id = id };
        }

        return 0;
}

int string_table_new_of_pool(StringTable **ret_table, const char *pool, size_t size, uint32_t n) {
        _cleanup_(string_table_freep) StringTable *table = NULL;
        int r;

        if (n > STRING_ID_MASK || size > UINT32_MAX)
                return -EOVERFLOW;
        if (n > size)
                return -EBADMSG;
        table = calloc(1, sizeof(*table));
        if (!table)
                return -ENOMEM;

        for (table->mask = MASK_MIN; table->mask / 2 < n;)
                table->mask = table->mask * 2 + 1;
        table->slots = slots_new((size_t) table->mask + 1);
        if (!table->slots ||
            ARRAY_RESERVE(table->offsets, table->offsets_capacity, (size_t) n + 1) < 0 ||
            ARRAY_RESERVE(table->pool, table->pool_capacity, size + 1) < 0)
                return -ENOMEM;

        if (size > 0)
                memcpy(table->pool, pool, size);
        table->offsets[0] = 0;
        r = set_offsets(table, size, n);
        if (r >= 0)
                r = fill_slots(table, n);
        if (r < 0)
                return r;

        table->count = n;
        *ret_table = TAKE_PTR(table);
        return 0;
}

int string_table_intern(StringTable *table, const char *string, size_t size, StringId *ret_id) {
        return intern_hashed(table, string_hash(string, size), string, size, ret_id);
}

int string_table_merge(StringTable *table, const StringTable *other, StringId **ret_map) {
        _cleanup_free_ StringId *map = NULL;
        int r;

        map = reallocarray(NULL, (size_t) other->count + 1, sizeof(StringId));
        if (!map)
                return -ENOMEM;

        for (uint32_t i = 0; i <= other->mask; i++) {
                const Slot *slot = &other->slots[i];

                if (slot->id == STRING_NONE)
                        continue;
                r = intern_hashed(table, slot->hash, string_table_get(other, slot->id),
                                  string_table_size(other, slot->id), &map[slot->id]);
                if (r < 0)
                        return r;
        }

        *ret_map = TAKE_PTR(map);
        return 0;
}
