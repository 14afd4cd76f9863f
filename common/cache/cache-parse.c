/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cache-format.h"
#include "cache.h"

typedef struct Reader {
        const char *at;
        const char *end;
        CacheHead head;
        const CachePlace *place;
        Tree *tree;
        StringId *map;      /* from ids of the file to those of the tree */
        ModuleLists *lists; /* of all modules */
        uint64_t n_words;   /* that are taken */
        bool is_damaged;
} Reader;

static void reader_done(Reader *reader) {
        free(reader->map);
        module_lists_unref(reader->lists);
}

static bool has_words(const Reader *reader, uint64_t n_words) {
        return n_words <= reader->head.n_words - reader->n_words &&
               n_words <= (uint64_t) (reader->end - reader->at) / sizeof(uint32_t);
}

static uint32_t take_word(Reader *reader) {
        uint32_t word;

        memcpy(&word, reader->at, sizeof(word));
        reader->at += sizeof(word);
        return word;
}

static StringId map_id(Reader *reader, uint32_t id) {
        if (id < reader->head.n_strings)
                return reader->map[id];

        reader->is_damaged = true;
        return 0;
}

static uint32_t map_name(Reader *reader, uint32_t word) {
        return map_id(reader, word & STRING_ID_MASK) & STRING_ID_MASK;
}

static void take_exports(Reader *reader, const Module *module) {
        Export *exports = module_exports(module);

        for (uint32_t i = 0; i < module->n_exports; i++) {
                uint32_t word = take_word(reader);

                exports[i] = (Export){ .name = map_name(reader, word) & STRING_ID_MASK,
                                       .is_crc_wide = word & CACHE_EXPORT_IS_CRC_WIDE,
                                       .crc = take_word(reader) };
        }
}

static void take_imports(Reader *reader, const Module *module) {
        Import *imports = module_imports(module);

        for (uint32_t i = 0; i < module->n_imports; i++) {
                uint32_t word = take_word(reader);

                imports[i] = (Import){ .name = map_name(reader, word) & STRING_ID_MASK,
                                       .is_weak = word & CACHE_IMPORT_IS_WEAK,
                                       .is_dotted = word & CACHE_IMPORT_IS_DOTTED,
                                       .has_crc = word & CACHE_IMPORT_HAS_CRC,
                                       .is_crc_wide = word & CACHE_IMPORT_IS_CRC_WIDE,
                                       .crc = take_word(reader) };
        }
}

static void take_lists(Reader *reader, Module *module, const CacheRecord *record) {
        uint64_t n_words = 2 * ((uint64_t) record->n_exports + record->n_imports) +
                           record->n_aliases + record->n_softdeps + record->n_weakdeps;
        uint64_t n_ids = n_words - 2 * ((uint64_t) record->n_exports + record->n_imports);
        StringId *ids;

        if (!has_words(reader, n_words)) {
                reader->is_damaged = true;
                return;
        }

        if (n_words == 0)
                return;

        module->lists = module_lists_ref(reader->lists);
        module->lists_offset = (uint32_t) reader->n_words;
        reader->n_words += n_words;
        module->n_exports = record->n_exports;
        module->n_imports = record->n_imports;
        module->n_aliases = record->n_aliases;
        module->n_softdeps = record->n_softdeps;
        module->n_weakdeps = record->n_weakdeps;
        take_exports(reader, module);
        take_imports(reader, module);
        ids = module_aliases(module);
        for (uint64_t i = 0; i < n_ids; i++)
                ids[i] = map_id(reader, take_word(reader));
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

        r = tree_add(reader->tree, map_id(reader, record.name), map_id(reader, record.path),
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
                module->vermagic = map_id(reader, record.vermagic);
        take_lists(reader, module, &record);
        return 0;
}

static int take_modules(Reader *reader) {
        int r;

        r = module_lists_new(&reader->lists, (size_t) reader->head.n_words);
        if (r < 0)
                return r;

        for (uint32_t i = 0; i < reader->head.n_modules && !reader->is_damaged; i++) {
                r = take_module(reader);
                if (r < 0)
                        return r;
        }

        reader->is_damaged |= reader->n_words != reader->head.n_words;
        return 0;
}

/* They lie behind the modules, whose records hold their numbers. */
static int take_strings(Reader *reader) {
        const CacheHead *head = &reader->head;
        uint64_t size = (uint64_t) (reader->end - reader->at);
        const char *at;
        int r;

        if (head->n_modules > TREE_MODULES_MAX || head->n_words > size / sizeof(uint32_t) ||
            head->n_modules * sizeof(CacheRecord) + head->n_words * sizeof(uint32_t) > size) {
                reader->is_damaged = true;
                return 0;
        }

        at = reader->at + head->n_modules * sizeof(CacheRecord) + head->n_words * sizeof(uint32_t);
        if (head->n_strings > (uint64_t) (reader->end - at)) {
                reader->is_damaged = true;
                return 0;
        }
        reader->map = reallocarray(NULL, (size_t) head->n_strings + 1, sizeof(StringId));
        if (!reader->map)
                return -ENOMEM;

        r = string_table_reserve(reader->tree->strings, head->n_strings);
        for (uint32_t i = 0; i < head->n_strings && r >= 0; i++) {
                const char *nul = memchr(at, '\0', (size_t) (reader->end - at));

                if (!nul) {
                        reader->is_damaged = true;
                        return 0;
                }
                r = string_table_intern(reader->tree->strings, at, (size_t) (nul - at),
                                        &reader->map[i]);
                at = nul + 1;
        }

        reader->is_damaged |= at != reader->end;
        return r;
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
        if (head->size != size || head->checksum != cache_checksum(bytes, size) ||
            head->index_checksum != cache_index_checksum(head))
                return CACHE_IS_DAMAGED;

        return 0;
}

int cache_parse(Tree *tree, const char *bytes, size_t size, const CachePlace *place) {
        _cleanup_(reader_done)
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

        r = take_strings(&reader);
        if (r >= 0 && !reader.is_damaged)
                r = take_modules(&reader);
        if (r < 0)
                return r;

        return reader.is_damaged ? CACHE_IS_DAMAGED : 0;
}
