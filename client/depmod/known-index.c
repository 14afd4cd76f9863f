/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "known-index.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "stale-outputs.h"

/*
 * Saving what is known of 4,000 modules takes as long as reading some megabytes of modules, a byte
 * of a packed one counted for the many that inflating it costs.
 */
#define LITTLE ((int64_t) 2 * 1024 * 1024)
#define PACKED_COST 16

void known_index_find(KnownIndex *known, const ModuleCache *cache, const Model *model,
                      IndexLayout layout, int dir_fd) {
        const Tree *tree = module_cache_known(cache);
        unsigned stale;

        known->source = stale_outputs_source(model, layout);
        if (!tree || known->source == 0 || cache->index.source != known->source || dir_fd < 0)
                return;

        published_from_cache(&known->published, &cache->index);
        stale = stale_outputs_of_trees(tree, &model->tree);
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                /* What is right to the daemon may be what an older kmod would write. */
                if (!(stale & OUTPUT_BIT(i)) && known->published.checksums[i] != 0 &&
                    published_is_right(&known->published, dir_fd, i, false))
                        known->right |= OUTPUT_BIT(i);
        }
}

bool known_index_lacks_little(const Tree *tree) {
        int64_t size = 0;

        for (size_t i = 0; i < tree->count && size <= LITTLE; i++) {
                const Module *module = &tree->modules[i];
                const char *path = tree_module_path(tree, i);
                bool is_packed = path[string_table_size(tree->strings, module->path) - 1] != 'o';

                if (!module->is_known)
                        size += module->key.size * (is_packed ? PACKED_COST : 1);
        }

        return size <= LITTLE;
}

bool known_index_renew(const KnownIndex *known, int dir_fd, OutputKind kind, bool sync) {
        _cleanup_close_ int fd = -1;
        struct stat st;
        StatKey key;

        fd = openat(dir_fd, output_name(kind), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &st) < 0)
                return false;

        key = stat_key_of(&st);
        return stat_key_is_equal(&key, &known->published.keys[kind]) &&
               (st.st_mode & 0777) == 0644 && futimens(fd, NULL) == 0 &&
               (!sync || fdatasync(fd) == 0);
}

void known_index_take(KnownIndex *known, const uint64_t *checksums, unsigned made, int dir_fd,
                      CachedIndex *ret_index) {
        Published now;

        published_look_at(&now, dir_fd);
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if (made & OUTPUT_BIT(i))
                        now.checksums[i] = checksums[i];
                else if (known->right & OUTPUT_BIT(i))
                        now.checksums[i] = known->published.checksums[i];
                else
                        now.keys[i] = (StatKey){};
        }
        published_to_cache(&now, known->source, ret_index);
}
