/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define XXH_INLINE_ALL
#include "string-table.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <xxhash.h>

#include "mutex.h"

/*
 * Open addressing with linear probing over a power of two of slots, at most 3/4 full. A slot holds
 * the string's id and the hash's upper bits, so that nearly every miss is seen without touching the
 * pool.
 */
typedef struct Slot {
        uint32_t hash;
        StringId id;
} Slot;

#define MASK_MIN 1023

/*
 * The pool and the positions of strings in it lie in segments, each twice as large as the one
 * before, so that growing moves nothing and a thread may read while another one appends. Segment s
 * begins at position (2^s - 1) << shift. A string lies in one segment, behind its size in two
 * bytes: SIZE_LARGE if it does not fit into them.
 */
#define SEGMENTS 18
#define POOL_SHIFT 14
#define POSITIONS_SHIFT 10
#define POOL_SIZE_MAX (UINT32_C(1) << 31)
#define SIZE_LARGE UINT16_MAX

struct StringTable {
        atomic_uint n_refs;
        bool is_shared;
        Mutex mutex; /* for what follows, but for strings that have an id */
        char *pool[SEGMENTS];
        uint32_t pool_end;
        uint32_t *positions[SEGMENTS]; /* in the pool, by id */
        uint32_t count;
        Slot *slots;
        uint32_t mask;
};

static unsigned segment_of(uint32_t position, unsigned shift) {
        return 31U - (unsigned) __builtin_clz((position >> shift) + 1);
}

static uint32_t segment_start(unsigned segment, unsigned shift) {
        return ((UINT32_C(1) << segment) - 1) << shift;
}

static uint32_t segment_size(unsigned segment, unsigned shift) {
        return UINT32_C(1) << segment << shift;
}

static uint32_t *position_of(const StringTable *table, StringId id) {
        unsigned segment = segment_of(id, POSITIONS_SHIFT);

        return table->positions[segment] + (id - segment_start(segment, POSITIONS_SHIFT));
}

static char *pool_at(const StringTable *table, uint32_t position) {
        unsigned segment = segment_of(position, POOL_SHIFT);

        return table->pool[segment] + (position - segment_start(segment, POOL_SHIFT));
}

static void lock(const StringTable *table) {
        if (table->is_shared)
                mutex_lock((Mutex *) &table->mutex);
}

static void unlock(const StringTable *table) {
        if (table->is_shared)
                mutex_unlock((Mutex *) &table->mutex);
}

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
        StringTable *table = calloc(1, sizeof(*table));

        if (!table)
                return -ENOMEM;

        table->n_refs = 1;
        table->mask = MASK_MIN;
        table->slots = slots_new((size_t) table->mask + 1);
        if (!table->slots || mutex_init(&table->mutex) < 0) {
                free(table->slots);
                free(table);
                return -ENOMEM;
        }

        *ret_table = table;
        return 0;
}

StringTable *string_table_ref(StringTable *table) {
        atomic_fetch_add_explicit(&table->n_refs, 1, memory_order_relaxed);
        return table;
}

StringTable *string_table_unref(StringTable *table) {
        if (!table || atomic_fetch_sub_explicit(&table->n_refs, 1, memory_order_acq_rel) > 1)
                return NULL;

        for (size_t i = 0; i < SEGMENTS; i++) {
                free(table->pool[i]);
                free(table->positions[i]);
        }
        free(table->slots);
        mutex_done(&table->mutex);
        free(table);
        return NULL;
}

void string_table_share(StringTable *table) {
        table->is_shared = true;
}

const char *string_table_get(const StringTable *table, StringId id) {
        return pool_at(table, *position_of(table, id));
}

const char *string_table_view(const StringTable *table, StringId id, size_t *ret_size) {
        const char *string = string_table_get(table, id);
        uint16_t size;

        memcpy(&size, string - sizeof(size), sizeof(size));
        *ret_size = size == SIZE_LARGE ? strlen(string) : size;
        return string;
}

size_t string_table_size(const StringTable *table, StringId id) {
        size_t size;

        (void) string_table_view(table, id, &size);
        return size;
}

uint32_t string_table_count(const StringTable *table) {
        uint32_t count;

        lock(table);
        count = table->count;
        unlock(table);
        return count;
}

static bool is_string(const StringTable *table, StringId id, const char *string, size_t size) {
        return string_table_size(table, id) == size &&
               memcmp(string_table_get(table, id), string, size) == 0;
}

/* The slot that holds the string, or the empty one where it belongs. */
static Slot *find_slot(const StringTable *table, uint32_t hash, const char *string, size_t size) {
        for (uint32_t i = hash & table->mask;; i = (i + 1) & table->mask) {
                Slot *slot = &table->slots[i];

                if (slot->id == STRING_NONE ||
                    (slot->hash == hash && is_string(table, slot->id, string, size)))
                        return slot;
        }
}

StringId string_table_find(const StringTable *table, const char *string, size_t size) {
        uint32_t hash = string_hash(string, size);
        StringId id;

        lock(table);
        id = find_slot(table, hash, string, size)->id;
        unlock(table);
        return id;
}

static bool has_room(uint32_t mask, uint64_t count) {
        return count <= (uint64_t) mask + 1 - (mask + 1) / 4;
}

static int grow_slots(StringTable *table, uint32_t mask) {
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

/* Where so many bytes can be put behind each other. 0, -ENOMEM, -EOVERFLOW. */
static int reserve_pool(StringTable *table, size_t size, uint32_t *ret_position) {
        uint32_t position = table->pool_end;
        unsigned segment;

        for (;;) {
                uint32_t end;

                if (size >= POOL_SIZE_MAX || position > POOL_SIZE_MAX - size)
                        return -EOVERFLOW;
                segment = segment_of(position, POOL_SHIFT);
                end = segment_start(segment, POOL_SHIFT) + segment_size(segment, POOL_SHIFT);
                if (size <= end - position)
                        break;
                position = end;
        }

        if (!table->pool[segment]) {
                table->pool[segment] = malloc(segment_size(segment, POOL_SHIFT));
                if (!table->pool[segment])
                        return -ENOMEM;
        }

        *ret_position = position;
        return 0;
}

static int append_string(StringTable *table, const char *string, size_t size) {
        StringId id = table->count;
        unsigned segment = segment_of(id, POSITIONS_SHIFT);
        uint16_t short_size = size < SIZE_LARGE ? (uint16_t) size : SIZE_LARGE;
        uint32_t position;
        char *place;
        int r;

        if (id >= STRING_ID_MASK)
                return -EOVERFLOW;
        r = reserve_pool(table, sizeof(short_size) + size + 1, &position);
        if (r < 0)
                return r;
        if (!table->positions[segment]) {
                table->positions[segment] = reallocarray(
                        NULL, segment_size(segment, POSITIONS_SHIFT), sizeof(uint32_t));
                if (!table->positions[segment])
                        return -ENOMEM;
        }

        place = pool_at(table, position);
        memcpy(place, &short_size, sizeof(short_size));
        place += sizeof(short_size);
        memcpy(place, string, size);
        place[size] = '\0';
        *position_of(table, id) = position + (uint32_t) sizeof(short_size);
        table->pool_end = position + (uint32_t) (sizeof(short_size) + size) + 1;
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

        if (!has_room(table->mask, (uint64_t) table->count + 1)) {
                r = grow_slots(table, table->mask * 2 + 1);
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

int string_table_intern(StringTable *table, const char *string, size_t size, StringId *ret_id) {
        uint32_t hash = string_hash(string, size);
        int r;

        lock(table);
        r = intern_hashed(table, hash, string, size, ret_id);
        unlock(table);
        return r;
}

int string_table_reserve(StringTable *table, size_t count) {
        uint32_t mask;
        int r = 0;

        lock(table);
        mask = table->mask;
        while (mask < STRING_ID_MASK && !has_room(mask, count))
                mask = mask * 2 + 1;
        if (mask != table->mask)
                r = grow_slots(table, mask);
        unlock(table);
        return r;
}

/* Of all its strings, by id. */
static uint32_t *find_hashes(const StringTable *table) {
        uint32_t *hashes = reallocarray(NULL, (size_t) table->count + 1, sizeof(uint32_t));

        if (!hashes)
                return NULL;
        for (uint32_t i = 0; i <= table->mask; i++) {
                if (table->slots[i].id != STRING_NONE)
                        hashes[table->slots[i].id] = table->slots[i].hash;
        }
        return hashes;
}

int string_table_merge(StringTable *table, const StringTable *other, StringId **ret_map) {
        _cleanup_free_ uint32_t *hashes = find_hashes(other);
        _cleanup_free_ StringId *map = NULL;

        map = reallocarray(NULL, (size_t) other->count + 1, sizeof(StringId));
        if (!map || !hashes)
                return -ENOMEM;

        for (StringId id = 0; id < other->count; id++) {
                size_t size;
                const char *string = string_table_view(other, id, &size);
                int r;

                lock(table);
                r = intern_hashed(table, hashes[id], string, size, &map[id]);
                unlock(table);
                if (r < 0)
                        return r;
        }

        *ret_map = TAKE_PTR(map);
        return 0;
}
