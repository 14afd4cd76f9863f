/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cache-format.h"
#include "cache-module.h"

typedef struct Writer {
        const Tree *tree;
        Buffer *bytes;
        Buffer strings;
        StringId *map; /* from ids of the tree to ours, given as they are met */
        CacheHead head;
} Writer;

static void writer_done(Writer *writer) {
        buffer_done(&writer->strings);
        free(writer->map);
}

static uint32_t put_string(Writer *writer, StringId id) {
        const StringTable *strings = writer->tree->strings;

        if (writer->map[id] == STRING_NONE) {
                writer->map[id] = writer->head.n_strings++;
                buffer_append(&writer->strings, string_table_get(strings, id),
                              string_table_size(strings, id) + 1);
        }

        return writer->map[id];
}

static void put_word(Writer *writer, uint32_t word) {
        buffer_append(writer->bytes, &word, sizeof(word));
        writer->head.n_words++;
}

static void put_exports(Writer *writer, const Module *module) {
        for (uint32_t i = 0; i < module->n_exports; i++) {
                const Export *item = &module_exports(module)[i];

                put_word(writer, put_string(writer, item->name) |
                                         (item->is_crc_wide ? CACHE_EXPORT_IS_CRC_WIDE : 0));
                put_word(writer, item->crc);
        }
}

static void put_imports(Writer *writer, const Module *module) {
        for (uint32_t i = 0; i < module->n_imports; i++) {
                const Import *item = &module_imports(module)[i];

                put_word(writer, put_string(writer, item->name) |
                                         (item->is_weak ? CACHE_IMPORT_IS_WEAK : 0) |
                                         (item->is_dotted ? CACHE_IMPORT_IS_DOTTED : 0) |
                                         (item->has_crc ? CACHE_IMPORT_HAS_CRC : 0) |
                                         (item->is_crc_wide ? CACHE_IMPORT_IS_CRC_WIDE : 0));
                put_word(writer, item->crc);
        }
}

static void put_ids(Writer *writer, const StringId *ids, uint32_t n) {
        for (uint32_t i = 0; i < n; i++)
                put_word(writer, put_string(writer, ids[i]));
}

static void put_module(Writer *writer, const Module *module) {
        CacheRecord record = {
                .inode = module->key.inode,
                .size = module->key.size,
                .mtime_ns = module->key.mtime_ns,
                .ctime_ns = module->key.ctime_ns,
                .name = put_string(writer, module->name),
                .path = put_string(writer, module->path),
                .vermagic = STRING_NONE,
                .machine = module->machine.machine,
                .class = module->machine.class,
                .byte_order = module->machine.byte_order,
                .n_exports = module->n_exports,
                .n_imports = module->n_imports,
                .n_aliases = module->n_aliases,
                .n_softdeps = module->n_softdeps,
                .n_weakdeps = module->n_weakdeps,
                .is_external = module->is_external,
        };

        if (module->vermagic != STRING_NONE)
                record.vermagic = put_string(writer, module->vermagic);
        buffer_append(writer->bytes, &record, sizeof(record));
        put_exports(writer, module);
        put_imports(writer, module);
        put_ids(writer, module_aliases(module), module->n_aliases);
        put_ids(writer, module_softdeps(module), module->n_softdeps);
        put_ids(writer, module_weakdeps(module), module->n_weakdeps);
        writer->head.n_modules++;
}

int cache_render(Buffer *bytes, const Tree *tree, const CachePlace *place, int64_t now_ns) {
        size_t begin = bytes->size, n_strings = string_table_count(tree->strings);
        _cleanup_(writer_done) Writer writer = { .tree = tree, .bytes = bytes };

        writer.map = reallocarray(NULL, n_strings + 1, sizeof(StringId));
        if (!writer.map)
                return -ENOMEM;
        memset(writer.map, 0xff, n_strings * sizeof(StringId));

        cache_head_begin(&writer.head);
        writer.head.file_system = place->file_system;
        buffer_append(bytes, &writer.head, sizeof(writer.head));
        for (size_t i = 0; i < tree->count; i++) {
                if (cache_holds(&tree->modules[i], place, now_ns))
                        put_module(&writer, &tree->modules[i]);
        }
        buffer_append(bytes, writer.strings.data, writer.strings.size);
        if (buffer_error(bytes) < 0 || buffer_error(&writer.strings) < 0)
                return -ENOMEM;

        memcpy(bytes->data + begin, &writer.head, sizeof(writer.head));
        cache_seal(bytes->data + begin, bytes->size - begin);
        return 0;
}
