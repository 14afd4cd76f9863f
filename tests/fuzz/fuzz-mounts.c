/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "mount-table.h"

#define PREFIX "/lib/m"

typedef struct Looking {
        const char *line; /* the next one */
        size_t n_relevant;
        size_t relevant_size;
} Looking;

/* Undoes one of the escapes at a time, as proc(5) has them. */
static bool is_point(const char *field, size_t size, const char *point) {
        size_t at = 0;

        for (; at < size; point++) {
                unsigned byte = 0;

                if (field[at] == '\\' && size - at >= 4 &&
                    strspn(field + at + 1, "01234567") >= 3 && field[at + 1] <= '3') {
                        for (size_t i = 1; i < 4; i++)
                                byte = byte * 8 + (unsigned) (field[at + i] - '0');
                        at += 4;
                } else
                        byte = (unsigned char) field[at++];
                if ((unsigned char) *point != byte)
                        return false;
                if (byte == 0)
                        return true; /* nothing can be mounted there, and the string ends */
        }

        return *point == '\0';
}

/* Is asked once for each line, in their order, and about the fifth field of it. */
static bool is_relevant(const char *mount_point, void *userdata) {
        Looking *looking = userdata;
        size_t line_size = strcspn(looking->line, "\n");
        const char *field = looking->line;
        bool is_wanted = strncmp(mount_point, PREFIX, strlen(PREFIX)) == 0;

        for (unsigned i = 0; i < 4; i++) {
                field += strcspn(field, " \n");
                field += *field == ' ';
        }
        fuzz_check(is_point(field, strcspn(field, " \n"), mount_point));

        looking->n_relevant += is_wanted;
        looking->relevant_size += is_wanted ? line_size + 1 : 0;
        looking->line += line_size + (looking->line[line_size] == '\n');
        return is_wanted;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        _cleanup_free_ char *table = malloc(size + 1), *copy = malloc(size + 1);
        _cleanup_buffer_ Buffer relevant = {};
        Looking looking = { .line = copy };
        const MountsHandler handler = { .is_relevant = is_relevant, .userdata = &looking };

        fuzz_check(table && copy);
        memcpy(table, bytes, size);
        table[size] = '\0';
        memcpy(copy, table, size + 1);

        fuzz_check(mount_table_select(table, &handler, &relevant) == 0);
        fuzz_check(*looking.line == '\0');
        fuzz_check(relevant.size == looking.relevant_size);
        for (size_t i = 0, at = 0; i < looking.n_relevant; i++) {
                const char *line = relevant.data + at;

                fuzz_check(at < relevant.size && memchr(line, '\0', relevant.size - at));
                fuzz_check(strstr(copy, line));
                at += strlen(line) + 1;
        }

        return 0;
}
