/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-exports.h"

#include <errno.h>
#include <string.h>

#include "array.h"

#define COLUMNS_MAX 6
#define KIND_PREFIX "EXPORT_"
#define KSYMTAB_PREFIX "__ksymtab_"
#define GPL_START "__start___ksymtab_gpl"
#define GPL_STOP "__stop___ksymtab_gpl"

void kernel_exports_done(KernelExports *exports) {
        buffer_done(&exports->bytes);
        free(exports->items);
        *exports = (KernelExports){};
}

static int add(KernelExports *exports, KernelExport export) {
        if (ARRAY_RESERVE(exports->items, exports->capacity, exports->count + 1) < 0)
                return -ENOMEM;

        exports->items[exports->count++] = export;
        return 0;
}

/* By name, and the kernel's own before those of modules. */
static int compare(const void *x, const void *y) {
        const KernelExport *a = x, *b = y;
        int r = strcmp(a->name, b->name);

        return r != 0 ? r : strcmp(a->provider, b->provider);
}

static void finish(KernelExports *exports) {
        if (exports->count > 0)
                qsort(exports->items, exports->count, sizeof(KernelExport), compare);
}

/* The next line, ended by a NUL instead of its newline; NULL after the last one. */
static char *next_line(char **at, const char *end) {
        char *line = *at, *newline;

        if (line >= end)
                return NULL;
        newline = memchr(line, '\n', (size_t) (end - line));
        if (newline)
                *newline = '\0';
        *at = newline ? newline + 1 : (char *) end;
        return line;
}

static size_t split(char *line, char **columns) {
        size_t n = 0;

        while (line && n < COLUMNS_MAX) {
                columns[n++] = line;
                line = strchr(line, '\t');
                if (line)
                        *line++ = '\0';
        }

        return n;
}

static int take_symvers_line(KernelExports *exports, char *line) {
        char *columns[COLUMNS_MAX], *end;
        size_t n = split(line, columns), kind = 2;
        KernelExport export = { .namespace = "" };
        unsigned long crc;

        while (kind < n && strncmp(columns[kind], KIND_PREFIX, strlen(KIND_PREFIX)) != 0)
                kind++;
        if (kind < 3 || kind > 4 || kind >= n)
                return 0;

        crc = strtoul(columns[0], &end, 16);
        if (end == columns[0] || *end != '\0' || columns[1][0] == '\0')
                return 0;

        export.name = columns[1];
        export.provider = strcmp(columns[kind - 1], "vmlinux") == 0 ? "" : columns[kind - 1];
        if (kind == 4)
                export.namespace = columns[2];
        else if (n > 4)
                export.namespace = columns[4];
        export.has_crc = crc != 0 && crc <= UINT32_MAX;
        export.crc = (uint32_t) crc;
        export.kind = strstr(columns[kind], "_GPL") ? CANDIDATE_EXPORT_GPL : CANDIDATE_EXPORT_ANY;
        return add(exports, export);
}

/* So that every line is a string. */
static int take_bytes(KernelExports *exports, Buffer *bytes) {
        buffer_append_byte(bytes, '\0');
        if (buffer_error(bytes) < 0)
                return -ENOMEM;

        exports->bytes = *bytes;
        *bytes = (Buffer){};
        return 0;
}

int kernel_exports_parse_symvers(KernelExports *exports, Buffer *bytes) {
        char *at, *end, *line;
        int r;

        r = take_bytes(exports, bytes);
        if (r < 0)
                return r;

        at = exports->bytes.data;
        end = at + exports->bytes.size - 1;
        while ((line = next_line(&at, end))) {
                r = take_symvers_line(exports, line);
                if (r < 0)
                        return r;
        }

        exports->has_crcs = true;
        finish(exports);
        return 0;
}

/* "ffffffff82a1b2c4 r __ksymtab_name": the name, or NULL if the line is none. */
static char *map_name(char *line, uint64_t *ret_address) {
        char *end;

        *ret_address = strtoull(line, &end, 16);
        if (end == line || end[0] != ' ' || end[1] == '\0' || end[2] != ' ')
                return NULL;

        return end + 3;
}

/* The entries of exports for GPL modules lie between two symbols. */
typedef struct GplEntries {
        uint64_t start;
        uint64_t stop;
} GplEntries;

static int take_map_lines(KernelExports *exports, GplEntries *gpl, uint64_t **ret_addresses) {
        char *at = exports->bytes.data, *end = at + exports->bytes.size - 1, *line, *name;
        uint64_t *addresses = NULL, address;
        size_t capacity = 0;
        int r = 0;

        while (r >= 0 && (line = next_line(&at, end))) {
                name = map_name(line, &address);
                if (!name)
                        continue;
                if (strcmp(name, GPL_START) == 0)
                        gpl->start = address;
                if (strcmp(name, GPL_STOP) == 0)
                        gpl->stop = address;
                if (strncmp(name, KSYMTAB_PREFIX, strlen(KSYMTAB_PREFIX)) != 0)
                        continue;

                r = ARRAY_RESERVE(addresses, capacity, exports->count + 1);
                if (r < 0)
                        break;
                addresses[exports->count] = address;
                r = add(exports, (KernelExport){ .name = name + strlen(KSYMTAB_PREFIX),
                                                 .provider = "",
                                                 .namespace = "" });
        }

        *ret_addresses = addresses;
        return r;
}

int kernel_exports_parse_system_map(KernelExports *exports, Buffer *bytes) {
        _cleanup_free_ uint64_t *addresses = NULL;
        GplEntries gpl = {};
        int r;

        r = take_bytes(exports, bytes);
        if (r >= 0)
                r = take_map_lines(exports, &gpl, &addresses);
        if (r < 0)
                return r;

        for (size_t i = 0; gpl.start < gpl.stop && i < exports->count; i++)
                exports->items[i].kind = addresses[i] >= gpl.start && addresses[i] < gpl.stop
                                                 ? CANDIDATE_EXPORT_GPL
                                                 : CANDIDATE_EXPORT_ANY;
        finish(exports);
        return 0;
}

const KernelExport *kernel_exports_find(const KernelExports *exports, const char *name) {
        size_t low = 0, high = exports->count;

        /* The first one of the name. */
        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (strcmp(exports->items[middle].name, name) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }

        return low < exports->count && strcmp(exports->items[low].name, name) == 0
                       ? &exports->items[low]
                       : NULL;
}
