/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "loaded-module.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "fd.h"
#include "macro.h"
#include "sysfs-file.h"

#define NOTE_SIZE_MAX 256
#define NOTE_ALIGNMENT 4U

static bool is_loaded(int fd) {
        char state[16];

        return sysfs_file_read_line(fd, "initstate", state, sizeof(state)) == 0 &&
               (strcmp(state, "live") == 0 || strcmp(state, "coming") == 0);
}

/* A note as the linker wrote it, in the byte order of this machine. */
static void read_build_id(int fd, char *digits, size_t size) {
        Elf32_Nhdr note;
        char bytes[NOTE_SIZE_MAX];
        size_t n, start;

        if (sysfs_file_read(fd, "notes/.note.gnu.build-id", bytes, sizeof(bytes), &n) < 0 ||
            n < sizeof(note))
                return;
        memcpy(&note, bytes, sizeof(note));
        if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz > n || note.n_descsz > n)
                return;

        start = sizeof(note) +
                (note.n_namesz + NOTE_ALIGNMENT - 1) / NOTE_ALIGNMENT * NOTE_ALIGNMENT;
        if (start + note.n_descsz > n || 2 * (size_t) note.n_descsz >= size)
                return;
        for (size_t i = 0; i < note.n_descsz; i++)
                (void) snprintf(digits + 2 * i, 3, "%02x", (unsigned char) bytes[start + i]);
}

void loaded_module_read(LoadedModule *ret_module, const char *sysfs, const char *name) {
        _cleanup_close_ int fd = -1;
        char path[PATH_MAX];
        int n;

        *ret_module = (LoadedModule){};
        n = snprintf(path, sizeof(path), "%s/module/%s", sysfs, name);
        if (n < 0 || (size_t) n >= sizeof(path) || name[0] == '\0' || name[0] == '.' ||
            strchr(name, '/'))
                return;

        fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return;
        ret_module->is_loaded = is_loaded(fd);
        if (!ret_module->is_loaded)
                return;
        read_build_id(fd, ret_module->build_id, sizeof(ret_module->build_id));
        if (sysfs_file_read_line(fd, "srcversion", ret_module->srcversion,
                                 sizeof(ret_module->srcversion)) < 0)
                ret_module->srcversion[0] = '\0';
}
