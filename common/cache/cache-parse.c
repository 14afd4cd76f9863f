/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cache-format.h"
#include "cache.h"

/* A list takes as much memory as it does in the file, so that the file bounds it. */
_Static_assert(sizeof(Export) == 2 * sizeof(uint32_t) && sizeof(Import) == 2 * sizeof(uint32_t) &&
                       sizeof(StringId) == sizeof(uint32_t),
               "an export or import is two words and an id is one");

typedef struct Reader {
        const char *at;
        const char *end;
        CacheHead head;
        const CachePlace *place;
        Tree *tree;
        char *lists;      /* where the next list goes */
        uint64_t n_words; /* that there is still room for */
        bool is_damaged;
} Reader;

static bool has_words(const Reader *reader, uint64_t n_words) {
        return n_words <= reader->n_words &&
               n_words <= (uint64_t) (reader->end - reader->at) / sizeof(uint32_t);
}

static uint32_t take_word(Reader *reader) {
        uint32_t word;

        memcpy(&word, reader->at, sizeof(word));
        reader->at += sizeof(word);
        return word;
}

static StringId check_id(Reader *reader, uint32_t id) {
        if (id < reader->head.n_strings)
                return id;

        reader->is_damaged = true;
        return 0;
}

static void *take_room(Reader *reader, size_t size) {
        void *room = reader->lists;

        reader->lists += size;
        return room;
}

static void take_exports(Reader *reader, Module *module, uint32_t n) {
        module->exports = take_room(reader, n * sizeof(Export));
        module->n_exports = n;
        for (uint32_t i = 0; i < n; i++) {
                uint32_t word = take_word(reader);

                module->exports[i] =
                        (Export){ .name = check_id(reader, word & STRING_ID_MASK) & STRING_ID_MASK,
                                  .is_crc_wide = word & CACHE_EXPORT_IS_CRC_WIDE,
                                  .crc = take_word(reader) };
        }
}

static void take_imports(Reader *reader, Module *module, uint32_t n) {
        module->imports = take_room(reader, n * sizeof(Import));
        module->n_imports = n;
        for (uint32_t i = 0; i < n; i++) {
                uint32_t word = take_word(reader);

                module->imports[i] =
                        (Import){ .name = check_id(reader, word & STRING_ID_MASK) & STRING_ID_MASK,
                                  .is_weak = word & CACHE_IMPORT_IS_WEAK,
                                  .is_dotted = word & CACHE_IMPORT_IS_DOTTED,
                                  .has_crc = word & CACHE_IMPORT_HAS_CRC,
                                  .is_crc_wide = word & CACHE_IMPORT_IS_CRC_WIDE,
                                  .crc = take_word(reader) };
        }
}

static StringId *take_ids(Reader *reader, uint32_t n) {
        StringId *ids = take_room(reader, n * sizeof(StringId));

        for (uint32_t i = 0; i < n; i++)
                ids[i] = check_id(reader, take_word(reader));
        return ids;
}

static void take_lists(Reader *reader, Module *module, const CacheRecord *record) {
        uint64_t n_words = 2 * ((uint64_t) record->n_exports + record->n_imports) +
                           record->n_aliases + record->n_softdeps + record->n_weakdeps;

        if (!has_words(reader, n_words)) {
                reader->is_damaged = true;
                return;
        }

        if (n_words == 0)
                return;

        reader->n_words -= n_words;
        module->lists = reader->lists;
        take_exports(reader, module, record->n_exports);
        take_imports(reader, module, record->n_imports);
        module->aliases = take_ids(reader, record->n_aliases);
        module->n_aliases = record->n_aliases;
        module->softdeps = take_ids(reader, record->n_softdeps);
        module->n_softdeps = record->n_softdeps;
        module->weakdeps = take_ids(reader, record->n_weakdeps);
        module->n_weakdeps = record->n_weakdeps;
}

static int take_module(Reader *reader) {
        CacheRecord record;
        Module *module;
        int r;

        if ((size_t) (reader->end - reader->at) < sizeof(record)) {
                reader->is_damaged = true;
                return 0;
        }
        memcpy(&record, reader->at, sizeof(record));
        reader->at += sizeof(record);

        r = tree_add(reader->tree, check_id(reader, record.name), check_id(reader, record.path),
                     record.is_external);
        if (r < 0)
                return r;

        module = &reader->tree->modules[reader->tree->count - 1];
        module->is_read = module->is_known = true;
        module->key = (StatKey){ .device = reader->place->device,
                                 .inode = record.inode,
                                 .size = record.size,
                                 .mtime_ns = record.mtime_ns,
                                 .ctime_ns = record.ctime_ns };
        module->machine = (ModuleMachine){ .machine = record.machine,
                                           .class = record.class,
                                           .byte_order = record.byte_order };
        if (record.vermagic != STRING_NONE)
                module->vermagic = check_id(reader, record.vermagic);
        take_lists(reader, module, &record);
        return 0;
}

static int take_modules(Reader *reader) {
        if (reader->head.n_modules > TREE_MODULES_MAX ||
            reader->head.n_words > (uint64_t) (reader->end - reader->at) / sizeof(uint32_t)) {
                reader->is_damaged = true;
                return 0;
        }

        reader->n_words = reader->head.n_words;
        reader->tree->known_lists = malloc((size_t) reader->n_words * sizeof(uint32_t) + 1);
        if (!reader->tree->known_lists)
                return -ENOMEM;
        reader->lists = reader->tree->known_lists;

        for (uint32_t i = 0; i < reader->head.n_modules && !reader->is_damaged; i++) {
                int r = take_module(reader);

                if (r < 0)
                        return r;
        }

        reader->is_damaged |= reader->n_words > 0;
        return 0;
}

static int take_strings(Reader *reader) {
        StringTable *strings;
        int r;

        r = string_table_new_of_pool(&strings, reader->at, (size_t) (reader->end - reader->at),
                                     reader->head.n_strings);
        if (r == -ENOMEM)
                return r;
        if (r < 0) {
                reader->is_damaged = true;
                return 0;
        }

        string_table_free(reader->tree->strings);
        reader->tree->strings = strings;
        reader->tree->n_strings_at_first = reader->head.n_strings;
        return 0;
}

/* 0 if the bytes are what one of us wrote. */
static int check_head(const CacheHead *head, const char *bytes, size_t size) {
        CacheHead ours;

        cache_head_begin(&ours);
        if (memcmp(head->magic, ours.magic, sizeof(ours.magic)) != 0)
                return CACHE_IS_DAMAGED;
        if (head->byte_order != ours.byte_order || head->format != ours.format ||
            memcmp(head->maker, ours.maker, sizeof(ours.maker)) != 0)
                return CACHE_IS_FOREIGN;
        if (head->size != size || head->checksum != cache_checksum(bytes, size))
                return CACHE_IS_DAMAGED;

        return 0;
}

int cache_parse(Tree *tree, const char *bytes, size_t size, const CachePlace *place) {
        Reader reader = { .at = bytes, .end = bytes + size, .place = place, .tree = tree };
        int r;

        if (size < sizeof(reader.head))
                return CACHE_IS_DAMAGED;
        memcpy(&reader.head, bytes, sizeof(reader.head));
        reader.at += sizeof(reader.head);

        r = check_head(&reader.head, bytes, size);
        if (r != 0)
                return r;
        if (reader.head.file_system != place->file_system)
                return CACHE_IS_FOREIGN;

        r = take_modules(&reader);
        if (r >= 0 && !reader.is_damaged)
                r = take_strings(&reader);
        if (r < 0)
                return r;

        return reader.is_damaged ? CACHE_IS_DAMAGED : 0;
}
