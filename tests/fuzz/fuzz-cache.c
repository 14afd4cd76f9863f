/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "cache-format.h"
#include "cache.h"

static const CachePlace place = { .device = 7 };

/* So that the checks behind the first ones are reached: nearly all bytes are those of no cache. */
static void make_plausible(char *bytes, size_t size) {
        CacheHead head, ours;

        if (size < sizeof(head))
                return;

        cache_head_begin(&ours);
        memcpy(&head, bytes, sizeof(head));
        ours.n_modules = head.n_modules;
        ours.n_strings = head.n_strings;
        ours.n_words = head.n_words;
        ours.source = head.source;
        memcpy(ours.files, head.files, sizeof(ours.files));
        memcpy(bytes, &ours, sizeof(ours));
        cache_seal(bytes, size);
}

static void parse(Tree *tree, const Buffer *bytes) {
        fuzz_check(tree_init(tree, "/lib/modules/1") == 0);
        fuzz_check(cache_parse(tree, bytes->data, bytes->size, &place) == 0);
}

static void render(Buffer *bytes, const Tree *tree) {
        fuzz_check(cache_render(bytes, tree, &place, INT64_MAX) == 0);
}

/* What has been believed is a tree like any other: it can be saved, and comes back as it was. */
static void check_round_trip(const Tree *tree) {
        _cleanup_buffer_ Buffer first = {}, second = {};
        Tree again;

        render(&first, tree);
        parse(&again, &first);
        fuzz_check(again.count <= tree->count);
        render(&second, &again);
        fuzz_check(first.size == second.size);
        fuzz_check(memcmp(first.data, second.data, first.size) == 0);
        tree_done(&again);
}

/* What is said of files comes back as it was. */
static void check_index(const char *bytes, size_t size) {
        char *copy = malloc(size);
        CachedIndex index, again;

        fuzz_check(copy);
        memcpy(copy, bytes, size);
        cache_get_index(&index, bytes, &place);
        cache_put_index(copy, &index, &place);
        cache_get_index(&again, copy, &place);
        fuzz_check(again.source == index.source);
        for (size_t i = 0; i < CACHED_FILES; i++) {
                const CachedFile *a = &index.files[i], *b = &again.files[i];

                fuzz_check(stat_key_is_equal(&a->key, &b->key) && a->checksum == b->checksum &&
                           a->is_certain == b->is_certain);
        }
        free(copy);
}

static void check(const char *bytes, size_t size) {
        Tree tree;
        int r;

        fuzz_check(tree_init(&tree, "/lib/modules/1") == 0);
        r = cache_parse(&tree, bytes, size, &place);
        fuzz_check(r == 0 || r == CACHE_IS_DAMAGED || r == CACHE_IS_FOREIGN);
        if (r == 0) {
                check_round_trip(&tree);
                check_index(bytes, size);
        }
        tree_done(&tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        char *copy = malloc(size > 0 ? size : 1); /* of its size, so that reading on is seen */

        fuzz_check(copy);
        if (size > 0)
                memcpy(copy, bytes, size);
        check(copy, size);
        make_plausible(copy, size);
        check(copy, size);
        free(copy);
        return 0;
}
