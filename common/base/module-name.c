/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-name.h"

#include <errno.h>
#include <limits.h>

static char normalize(char letter) {
        return letter == '-' ? '_' : letter;
}

int alias_normalize(const char *alias, size_t size, Buffer *output) {
        const char *end, *next = alias;
        char *out;
        int r;

        if (size > ALIAS_SIZE_MAX)
                size = ALIAS_SIZE_MAX;

        r = buffer_reserve(output, size + 1); /* never nothing, so that there is a pointer */
        if (r < 0)
                return r;

        end = alias + size;
        out = output->data + output->size;
        while (next < end) {
                const char *group_end = next;

                if (*next == ']')
                        return -EINVAL;
                if (*next == '[') {
                        group_end = memchr(next, ']', (size_t) (end - next));
                        if (!group_end)
                                return -EINVAL;
                }

                while (next < group_end)
                        *out++ = *next++;
                *out++ = normalize(*next++);
        }

        output->size += size;
        return 0;
}

int module_name_from_path(const char *path, size_t size, Buffer *output) {
        const char *slash = memrchr(path, '/', size);
        const char *name = slash ? slash + 1 : path;
        size_t name_size = size - (size_t) (name - path);
        const char *dot = memchr(name, '.', name_size);
        char *out;
        int r;

        if (dot)
                name_size = (size_t) (dot - name);
        if (name_size >= PATH_MAX)
                return -ENAMETOOLONG;

        r = buffer_reserve(output, name_size + 1); /* an empty name needs a pointer too */
        if (r < 0)
                return r;

        out = output->data + output->size;
        for (size_t i = 0; i < name_size; i++)
                out[i] = normalize(name[i]);

        output->size += name_size;
        return 0;
}
