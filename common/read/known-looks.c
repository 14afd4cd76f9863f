/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "known-looks.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "fd.h"

void known_looks_done(KnownLooks *looks) {
        free(looks->is_same);
        *looks = (KnownLooks){};
}

void known_looks_go_on(KnownLooks *looks, const Tree *known, const atomic_bool *is_enough) {
        _cleanup_close_ int dir_fd = -1;

        if (!looks->is_same)
                looks->is_same = calloc(known->count + 1, sizeof(bool));
        dir_fd = open(known->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (!looks->is_same || dir_fd < 0)
                return;

        for (; looks->next < known->count && !atomic_load(is_enough); looks->next++) {
                struct stat st;
                StatKey key;

                if (fstatat(dir_fd, tree_module_path(known, looks->next), &st, 0) < 0)
                        continue;
                key = stat_key_of(&st);
                looks->is_same[looks->next] =
                        stat_key_is_equal(&key, &known->modules[looks->next].key);
        }
}
