/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "remote-bus.h"
#include "wire.h"

#define MATCH "type='signal',path_namespace='" DEPMOD1_PATH "'"

typedef struct Watch {
        RemoteOnSignal on_signal;
        void *userdata;
        int result;
} Watch;

static const Shape changed[] = { { "generation" }, { "added" },     { "removed" },
                                 { "changed" },    { "truncated" }, {} };
static const Shape published[] = { { "generation" }, { "files" }, {} };
static const Shape device[] = { { "device" }, { "modalias" }, { "modules" }, {} };
static const Shape devices_changed[] = {
        { "generation" }, { "devices", device }, { "truncated" }, {}
};
static const Shape kernel[] = { { "release" }, { "kernel" }, {} };
static const Shape properties_changed[] = {
        { "interface" }, { "changed_properties" }, { "invalidated_properties" }, {}
};

static const struct {
        const char *interface;
        const char *name;
        const Shape *shape;
} signals[] = {
        { DEPMOD1_KERNEL, "Changed", changed },
        { DEPMOD1_KERNEL, "Published", published },
        { DEPMOD1_KERNEL, "DevicesChanged", devices_changed },
        { DEPMOD1_MANAGER, "KernelAdded", kernel },
        { DEPMOD1_MANAGER, "KernelRemoved", kernel },
        { "org.freedesktop.DBus.Properties", "PropertiesChanged", properties_changed },
};

static int on_message(sd_bus_message *message, void *userdata,
                      __attribute__((unused)) sd_bus_error *ret_error) {
        _cleanup_free_ char *release = NULL;
        _cleanup_value_ Value arguments = {};
        Watch *watch = userdata;
        int r = 0;

        if (watch->result != 0)
                return 0;

        for (size_t i = 0; i < ELEMENTSOF(signals); i++) {
                if (sd_bus_message_is_signal(message, signals[i].interface, signals[i].name) > 0)
                        r = remote_value_read(message, signals[i].shape, &arguments);
        }
        if (r >= 0)
                r = sd_bus_path_decode(sd_bus_message_get_path(message), DEPMOD1_KERNEL_PREFIX,
                                       &release);
        watch->result = r < 0 ? r
                              : watch->on_signal(watch->userdata, release,
                                                 sd_bus_message_get_member(message), &arguments);
        return 0;
}

int remote_watch(Remote *remote, RemoteOnSignal on_signal, void *userdata) {
        _cleanup_(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;
        Watch watch = { .on_signal = on_signal, .userdata = userdata };
        int r;

        r = sd_bus_add_match(remote->bus, &slot,
                             remote->destination ? MATCH ",sender='" DEPMOD1_NAME "'" : MATCH,
                             on_message, &watch);
        while (r >= 0 && watch.result == 0) {
                r = sd_bus_process(remote->bus, NULL);
                if (r == 0)
                        r = sd_bus_wait(remote->bus, UINT64_MAX);
        }
        if (watch.result != 0)
                return watch.result;

        return remote_fail(remote, r == -ECONNRESET ? -ENOTCONN : r,
                           "The connection to depmodd is lost: %s", strerror(-r));
}
