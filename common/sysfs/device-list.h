/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

#include "macro.h"

/* A device of this machine that says by an alias which modules can serve it. */
typedef struct Device {
        char *path;     /* below sysfs, "/devices/pci0000:00/…", as udev names it */
        char *modalias; /* as the kernel asks for modules with it */
        char *driver;   /* the module that drives it now; NULL: none, or what is no module */
} Device;

/* A zeroed list is empty. */
typedef struct DeviceList {
        Device *items; /* by path */
        size_t count;
        size_t capacity;
} DeviceList;

void device_list_done(DeviceList *list);
#define _cleanup_device_list_ _cleanup_(device_list_done)

/*
 * Looks for all devices with a modalias where sysfs is mounted. Devices come and go, so what
 * vanishes meanwhile is passed over. 0; the negative errno with which there is nothing to look at;
 * -ENOMEM.
 */
int device_list_read(DeviceList *ret_list, const char *sysfs);
