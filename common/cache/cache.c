/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache.h"

#include "cache-format.h"
#include "cache-module.h"
#include "checksum.h"

#define CHECKED_FROM offsetof(CacheHead, file_system)

void cache_head_begin(CacheHead *head) {
        *head = (CacheHead){ .magic = "dmcache\n",
                             .byte_order = CACHE_BYTE_ORDER,
                             .format = CACHE_FORMAT,
                             .maker = DEPMODD_VERSION };
}

uint64_t cache_checksum(const char *bytes, size_t size) {
        return checksum(bytes + CHECKED_FROM, size - CHECKED_FROM);
}

uint64_t cache_index_checksum(const CacheHead *head) {
        size_t begin = offsetof(CacheHead, size);

        return checksum((const char *) head + begin, offsetof(CacheHead, index_checksum) - begin);
}

void cache_seal(char *bytes, size_t size) {
        CacheHead head;

        memcpy(&head, bytes, sizeof(head));
        head.size = size;
        head.checksum = cache_checksum(bytes, size);
        head.index_checksum = cache_index_checksum(&head);
        memcpy(bytes, &head, sizeof(head));
}

size_t cache_head_size(void) {
        return sizeof(CacheHead);
}

size_t cache_n_modules(const char *bytes) {
        CacheHead head;

        memcpy(&head, bytes, sizeof(head));
        return head.n_modules;
}

void cache_put_index(char *bytes, const CachedIndex *index, const CachePlace *place) {
        CacheHead head;

        memcpy(&head, bytes, sizeof(head));
        head.source = index->source;
        for (size_t i = 0; i < CACHED_FILES; i++) {
                const CachedFile *file = &index->files[i];

                head.files[i] = (CacheFile){};
                if (file->key.device == place->device)
                        head.files[i] = (CacheFile){ .inode = file->key.inode,
                                                     .size = file->key.size,
                                                     .mtime_ns = file->key.mtime_ns,
                                                     .ctime_ns = file->key.ctime_ns,
                                                     .checksum = file->checksum,
                                                     .is_certain = file->is_certain };
        }
        head.index_checksum = cache_index_checksum(&head);
        memcpy(bytes, &head, sizeof(head));
}

void cache_get_index(CachedIndex *ret_index, const char *bytes, const CachePlace *place) {
        CacheHead head;

        memcpy(&head, bytes, sizeof(head));
        *ret_index = (CachedIndex){ .source = head.source };
        for (size_t i = 0; i < CACHED_FILES; i++) {
                const CacheFile *file = &head.files[i];

                if (file->inode == 0)
                        continue;
                ret_index->files[i] = (CachedFile){ .key = { .device = place->device,
                                                             .inode = file->inode,
                                                             .size = file->size,
                                                             .mtime_ns = file->mtime_ns,
                                                             .ctime_ns = file->ctime_ns },
                                                    .checksum = file->checksum,
                                                    .is_certain = file->is_certain };
        }
}

bool cache_holds(const Module *module, const CachePlace *place, int64_t now_ns) {
        return module->is_read && module->error == 0 && !module->is_racy &&
               module->key.inode != 0 && module->key.device == place->device &&
               stat_key_is_older(&module->key, now_ns);
}

bool cache_is_current(const Tree *cached, const Tree *tree, const CachePlace *place,
                      int64_t now_ns) {
        size_t n_held = 0;

        for (size_t i = 0; i < tree->count; i++) {
                const Module *module = &tree->modules[i];

                if (!cache_holds(module, place, now_ns))
                        continue;
                if (!module->is_known)
                        return false;
                n_held++;
        }

        return n_held == cached->count;
}
