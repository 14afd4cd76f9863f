/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "remote-bus.h"
#include "wire.h"

#define TIMEOUT_USEC UINT64_C(120000000)

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

static int ask(Remote *remote, RemoteCall call, const RemoteArgument *arguments, const Shape *shape,
               Value *ret_reply) {
        call.arguments = arguments;
        call.shape = shape;
        call.timeout_usec = TIMEOUT_USEC;
        return remote_call(remote, &call, ret_reply);
}

/* Is the index of the present generation on the disk? */
static int refresh(Remote *remote, const char *version) {
        static const Shape members[] = {
                { "release" }, { "generation" }, { "published" }, { "writable" }, {}
        };
        static const Shape shape[] = { { "kernels", members }, {} };
        _cleanup_value_ Value reply = {};
        const Value *kernels, *kernel;
        int r;

        r = ask(remote, (RemoteCall){ .interface = DEPMOD1_MANAGER, .method = "Refresh" },
                (RemoteArgument[]){
                        { .type = 'a', .texts = (char *[]){ (char *) version }, .n_texts = 1 },
                        { .type = 't' },
                        {} },
                shape, &reply);
        if (r < 0)
                return r;

        kernels = value_list(&reply, "kernels");
        if (kernels->count != 1)
                return -EBADMSG;
        kernel = &kernels->items[0];
        if (!value_boolean(kernel, "writable") ||
            value_number(kernel, "published") != value_number(kernel, "generation"))
                return -EROFS;
        return 0;
}

/* depmod says what is wrong, and fails at what the daemon works around: a cycle. */
static int check_problems(Remote *remote, const char *version) {
        static const Shape path_shape[] = { { "kernel" }, {} };
        static const Shape members[] = { { "severity" }, {} };
        static const Shape shape[] = { { "problems", members }, {} };
        _cleanup_value_ Value kernel = {}, reply = {};
        const Value *problems;
        int r;

        r = ask(remote, (RemoteCall){ .interface = DEPMOD1_MANAGER, .method = "GetKernel" },
                (RemoteArgument[]){ { .type = 's', .text = version }, { .type = 't' }, {} },
                path_shape, &kernel);
        if (r >= 0)
                r = ask(remote,
                        (RemoteCall){ .path = value_text(&kernel, "kernel"),
                                      .interface = DEPMOD1_KERNEL,
                                      .method = "ListProblems" },
                        (RemoteArgument[]){ { .type = 't' }, {} }, shape, &reply);
        if (r < 0)
                return r;

        problems = value_list(&reply, "problems");
        for (size_t i = 0; i < problems->count; i++) {
                if (strcmp(value_text(&problems->items[i], "severity"), "error") == 0)
                        return -EUCLEAN;
        }
        return 0;
}

int remote_refresh_kernel(const char *modules_path, const char *version) {
        _cleanup_(remote_freep) Remote *remote = calloc(1, sizeof(*remote));
        int r;

        if (!remote)
                return -ENOMEM;
        r = remote_open_daemon(remote, false);
        if (r < 0)
                return r;
        if (!is_daemon_of(remote, modules_path))
                return -EXDEV;

        r = refresh(remote, version);
        return r < 0 ? r : check_problems(remote, version);
}
