/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "macro.h"

/*
 * The files that modules may ask the kernel for, read on demand, and where each of them lies.
 */
typedef struct Firmware {
        uint32_t owner; /* whatever the caller numbers modules by */
        char *name;     /* as the module says it; the kernel build allows patterns */
        char *path;     /* absolute; NULL: there is no such file */
} Firmware;

typedef struct FirmwareList {
        Firmware *items; /* by owner, and within one in its file's order */
        size_t count;
        size_t capacity;
        Buffer builtin; /* the bytes of modules.builtin.modinfo, once they are needed */
} FirmwareList;

void firmware_list_done(FirmwareList *list);
#define _cleanup_firmware_list_ _cleanup_(firmware_list_done)

/*
 * Adds what a module's file, or for a builtin one modules.builtin.modinfo in the directory, says. A
 * file that cannot be read says nothing. 0 or -ENOMEM.
 */
int firmware_list_add_module(FirmwareList *list, int dir_fd, const char *path, uint32_t owner);
int firmware_list_add_builtin(FirmwareList *list, int dir_fd, const char *name, uint32_t owner);

/*
 * Looks for all of them below a root, "" for the system's, where the kernel looks and in its order:
 * plain or compressed. A pattern becomes an entry for each file that matches. 0 or -ENOMEM.
 */
int firmware_list_locate(FirmwareList *list, const char *root, const char *release);

/* The place of an owner's first entry, or where it would be. */
size_t firmware_list_first(const FirmwareList *list, uint32_t owner);
