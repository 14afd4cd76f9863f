/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cache.h"
#include "model-script.h"
#include "test-case.h"

#define _cleanup_tree_ _cleanup_(tree_done)

#define NOW INT64_C(1700000000000000000)
#define LONG_AGO (NOW - INT64_C(1000000000))

static const CachePlace here = { .device = 7, .file_system = 0x1122334455667788 };

/* A record of each kind, as if all of it had been read from files. */
static inline void tree_of_all_kinds(Tree *tree) {
        assert_int_equal(tree_init(tree, "/m/1.0"), 0);
        model_script_add(tree, "module kernel/all.ko\n"
                               "export one 17\n"
                               "export wide 81985529216486895\n"
                               "need two 3\n"
                               "need three\n"
                               "weak four\n"
                               "weak .five 4294967295\n"
                               "need wide 81985529216486895\n"
                               "alias pci:v*d?sv[1-2]\n"
                               "alias pci:v*d?sv[1-2]\n"
                               "softdep pre: a post: b\n"
                               "weakdep c\n"
                               "vermagic 1.0 SMP\n"
                               "machine 62\n"
                               "module kernel/nothing.ko.xz\n"
                               "module /elsewhere/external.ko\n"
                               "export two 3\n"
                               "alias x\n"
                               "vermagic 1.0 SMP\n");
        for (size_t i = 0; i < tree->count; i++) {
                tree->modules[i].is_read = true;
                tree->modules[i].key = (StatKey){ .device = here.device,
                                                  .inode = 1000 + i,
                                                  .size = INT64_C(5000000000) + (int64_t) i,
                                                  .mtime_ns = -1 - (int64_t) i,
                                                  .ctime_ns = LONG_AGO - (int64_t) i };
        }
}

static inline void render_cache(Buffer *bytes, const Tree *tree) {
        assert_int_equal(cache_render(bytes, tree, &here, NOW), 0);
}

/* All that a record says, ids as strings. */
static inline void describe_module(Buffer *text, const Tree *tree, const Module *module) {
        buffer_append_format(text, "%s %s%s inode %llu size %lld times %lld %lld machine %u %u %u",
                             tree_string(tree, module->name), tree_string(tree, module->path),
                             module->is_external ? " external" : "",
                             (unsigned long long) module->key.inode, (long long) module->key.size,
                             (long long) module->key.mtime_ns, (long long) module->key.ctime_ns,
                             module->machine.machine, module->machine.class,
                             module->machine.byte_order);
        if (module->vermagic != STRING_NONE)
                buffer_append_format(text, " vermagic %s", tree_string(tree, module->vermagic));
        for (uint32_t i = 0; i < module->n_exports; i++)
                buffer_append_format(text, " +%s %u%s",
                                     tree_string(tree, module_exports(module)[i].name),
                                     module_exports(module)[i].crc,
                                     module_exports(module)[i].is_crc_wide ? " wide" : "");
        for (uint32_t i = 0; i < module->n_imports; i++) {
                const Import *item = &module_imports(module)[i];

                buffer_append_format(text, " -%s %u%s%s%s%s", tree_string(tree, item->name),
                                     item->crc, item->is_weak ? " weak" : "",
                                     item->is_dotted ? " dotted" : "", item->has_crc ? " crc" : "",
                                     item->is_crc_wide ? " wide" : "");
        }
        for (uint32_t i = 0; i < module->n_aliases; i++)
                buffer_append_format(text, " =%s", tree_string(tree, module_aliases(module)[i]));
        for (uint32_t i = 0; i < module->n_softdeps; i++)
                buffer_append_format(text, " soft %s",
                                     tree_string(tree, module_softdeps(module)[i]));
        for (uint32_t i = 0; i < module->n_weakdeps; i++)
                buffer_append_format(text, " weak %s",
                                     tree_string(tree, module_weakdeps(module)[i]));
        buffer_append_byte(text, '\n');
}

static inline void assert_same_tree(const Tree *tree, const Tree *expected) {
        _cleanup_buffer_ Buffer text = {}, expected_text = {};

        for (size_t i = 0; i < tree->count; i++)
                describe_module(&text, tree, &tree->modules[i]);
        for (size_t i = 0; i < expected->count; i++)
                describe_module(&expected_text, expected, &expected->modules[i]);
        buffer_append_byte(&expected_text, '\0');
        assert_text(&text, expected_text.data);
}
