/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "remote-bus.h"
#include "wire.h"

#define TIMEOUT_USEC UINT64_C(120000000)

static const Shape refreshed[] = {
        { "release" }, { "generation" }, { "published" }, { "writable" }, {}
};

static bool is_daemon_of(Remote *remote, const char *modules_path) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        _cleanup_free_ char *path = NULL;

        return sd_bus_get_property_string(remote->bus, remote->destination, DEPMOD1_PATH,
                                          DEPMOD1_MANAGER, "ModulesPath", &error, &path) >= 0 &&
               strcmp(path, modules_path) == 0;
}

int remote_refresh_kernel(const char *modules_path, const char *version) {
        static const Shape shape[] = { { "kernels", refreshed }, {} };
        _cleanup_(remote_freep) Remote *remote = calloc(1, sizeof(*remote));
        _cleanup_value_ Value reply = {};
        const Value *kernel;
        int r;

        if (!remote)
                return -ENOMEM;
        r = remote_open_daemon(remote, false);
        if (r < 0)
                return r;
        if (!is_daemon_of(remote, modules_path))
                return -EXDEV;

        r = remote_call(
                remote,
                &(RemoteCall){
                        .interface = DEPMOD1_MANAGER,
                        .method = "Refresh",
                        .arguments = (RemoteArgument[]){ { .type = 'a',
                                                           .texts = (char *[]){ (char *) version },
                                                           .n_texts = 1 },
                                                         { .type = 't' },
                                                         {} },
                        .shape = shape,
                        .timeout_usec = TIMEOUT_USEC },
                &reply);
        if (r < 0)
                return r;
        if (value_list(&reply, "kernels")->count != 1)
                return -EBADMSG;

        kernel = &value_list(&reply, "kernels")->items[0];
        return value_boolean(kernel, "writable") && value_number(kernel, "published") ==
                                                            value_number(kernel, "generation")
                       ? 0
                       : -EROFS;
}
