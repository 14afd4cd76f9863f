/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "firmware.h"

#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "file-bytes.h"
#include "module-details.h"

#define BUILTIN_FILE "modules.builtin.modinfo"
/* Far above what any kernel has. */
#define BUILTIN_SIZE_MAX ((size_t) 64 * 1024 * 1024)

static const char *const directories[] = { "updates/", "", NULL };
static const char *const endings[] = { "", ".zst", ".xz" };

static void firmware_done(Firmware *firmware) {
        free(firmware->name);
        free(firmware->path);
}

void firmware_list_done(FirmwareList *list) {
        for (size_t i = 0; i < list->count; i++)
                firmware_done(&list->items[i]);
        free(list->items);
        buffer_done(&list->builtin);
        *list = (FirmwareList){};
}

/* Takes over the path in any case. */
static int add(FirmwareList *list, uint32_t owner, const char *name, char *path) {
        Firmware firmware = { .owner = owner, .name = strdup(name), .path = path };

        if (!firmware.name || ARRAY_RESERVE(list->items, list->capacity, list->count + 1) < 0) {
                firmware_done(&firmware);
                return -ENOMEM;
        }

        list->items[list->count++] = firmware;
        return 0;
}

int firmware_list_add_module(FirmwareList *list, int dir_fd, const char *path, uint32_t owner) {
        _cleanup_module_details_ ModuleDetails details = {};
        int r = module_details_read(dir_fd, path, &details);

        if (r < 0)
                return r == -ENOMEM ? r : 0;

        for (size_t i = 0; r >= 0 && i < details.n_fields; i++) {
                if (strcmp(details.fields[i].key, "firmware") == 0)
                        r = add(list, owner, details.fields[i].value, NULL);
        }

        return r;
}

/* Records of "MODULE.KEY=VALUE", each ended by a NUL. */
static int add_records(FirmwareList *list, const char *key, uint32_t owner) {
        const Buffer *bytes = &list->builtin;
        size_t key_size = strlen(key);
        int r = 0;

        for (size_t at = 0; r >= 0 && at < bytes->size;) {
                const char *record = bytes->data + at;

                if (strncmp(record, key, key_size) == 0)
                        r = add(list, owner, record + key_size, NULL);
                at += strlen(record) + 1;
        }

        return r;
}

int firmware_list_add_builtin(FirmwareList *list, int dir_fd, const char *name, uint32_t owner) {
        _cleanup_free_ char *key = NULL;
        int r;

        if (list->builtin.size == 0) {
                r = file_read_stored(dir_fd, BUILTIN_FILE, BUILTIN_SIZE_MAX, &list->builtin);
                if (r == -ENOMEM)
                        return r;
                if (r < 0)
                        buffer_clear(&list->builtin);
                buffer_append_byte(&list->builtin, '\0');
                if (buffer_error(&list->builtin) < 0)
                        return -ENOMEM;
        }

        if (asprintf(&key, "%s.firmware=", name) < 0) {
                key = NULL;
                return -ENOMEM;
        }
        return add_records(list, key, owner);
}

/* All files of one place for a pattern. */
static int add_matches(FirmwareList *found, const Firmware *firmware, const char *pattern) {
        glob_t matches = {};
        int r = glob(pattern, GLOB_NOSORT, NULL, &matches);

        r = r == GLOB_NOSPACE ? -ENOMEM : 0;
        for (size_t i = 0; r >= 0 && i < matches.gl_pathc; i++) {
                char *path = strdup(matches.gl_pathv[i]);

                r = path ? add(found, firmware->owner, firmware->name, path) : -ENOMEM;
        }

        globfree(&matches);
        return r;
}

/* One place where it may be. */
static int try_path(FirmwareList *found, const Firmware *firmware, char *path) {
        _cleanup_free_ char *owned = path;

        if (!owned)
                return -ENOMEM;
        if (strpbrk(firmware->name, "*?["))
                return add_matches(found, firmware, owned);
        return access(owned, F_OK) == 0
                       ? add(found, firmware->owner, firmware->name, TAKE_PTR(owned))
                       : 0;
}

static char *format_path(const char *root, const char *directory, const char *release,
                         const char *name, const char *ending) {
        char *path;

        if (asprintf(&path, "%s/lib/firmware/%s%s%s%s%s", root, directory, release,
                     release[0] != '\0' ? "/" : "", name, ending) < 0)
                return NULL;
        return path;
}

/* The first place that has it wins. */
static int locate(FirmwareList *found, const Firmware *firmware, const char *root,
                  const char *release) {
        const char *const releases[] = { release, "" };
        size_t n_before = found->count;
        int r = 0;

        for (size_t d = 0; directories[d]; d++) {
                for (size_t v = 0; v < ELEMENTSOF(releases); v++) {
                        for (size_t e = 0; r >= 0 && e < ELEMENTSOF(endings); e++) {
                                r = try_path(found, firmware,
                                             format_path(root, directories[d], releases[v],
                                                         firmware->name, endings[e]));
                                if (r < 0 || found->count > n_before)
                                        return r;
                        }
                }
        }

        return add(found, firmware->owner, firmware->name, NULL);
}

int firmware_list_locate(FirmwareList *list, const char *root, const char *release) {
        _cleanup_firmware_list_ FirmwareList found = {};
        int r = 0;

        for (size_t i = 0; r >= 0 && i < list->count; i++)
                r = locate(&found, &list->items[i], root, release);
        if (r < 0)
                return r;

        firmware_list_done(list);
        *list = found;
        found = (FirmwareList){};
        return 0;
}

size_t firmware_list_first(const FirmwareList *list, uint32_t owner) {
        size_t low = 0, high = list->count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (list->items[middle].owner < owner)
                        low = middle + 1;
                else
                        high = middle;
        }

        return low;
}
