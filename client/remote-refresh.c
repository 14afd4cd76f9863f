/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "remote-bus.h"
#include "wire.h"

#define TIMEOUT_USEC UINT64_C(120000000)

static const Shape refreshed[] = {
        { "release" }, { "generation" }, { "published" }, { "writable" }, {}
};

/* By whatever name: /lib may be a link to /usr/lib. */
static bool is_same_directory(const char *one, const char *other) {
        struct stat a, b;

        return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
               a.st_ino == b.st_ino;
}

static bool is_daemon_of(Remote *remote, const char *modules_path) {
        _cleanup_free_ char *path = NULL;

        return sd_bus_get_property_string(remote->bus, remote->destination, DEPMOD1_PATH,
                                          DEPMOD1_MANAGER, "ModulesPath", NULL, &path) >= 0 &&
               is_same_directory(path, modules_path);
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
