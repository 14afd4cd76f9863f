/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "message.h"
#include "verb.h"

#define CHUNK_SIZE 65536

/* From its beginning: the daemon may have left the position of the descriptor anywhere. */
static int copy(int from) {
        off_t offset = 0;

        for (;;) {
                char chunk[CHUNK_SIZE];
                ssize_t size = pread(from, chunk, sizeof(chunk), offset);
                int r;

                if (size <= 0)
                        return size < 0 ? -errno : 0;
                r = fd_write_all(STDOUT_FILENO, chunk, (size_t) size);
                if (r < 0)
                        return r;
                offset += size;
        }
}

static int run(Session *session, __attribute__((unused)) int argc, char *argv[]) {
        static const Shape shape[] = { { "fd" }, { "size" }, { "generation" }, {} };
        _cleanup_value_ Value reply = {};
        const Value *file;
        int r;

        r = session_check_descriptors(session);
        if (r < 0)
                return r;
        r = session_ask_kernel(
                session, "GetIndex",
                (RemoteArgument[]){ { .type = 's', .text = argv[0] },
                                    { .type = 't', .number = session_flags(session, 0) },
                                    {} },
                shape, &reply);
        if (r < 0)
                return r;

        file = value_find(&reply, "fd");
        r = file && file->kind == VALUE_FD ? copy(file->fd) : -EBADMSG;
        if (r < 0)
                message_error("Cannot print %s: %s", argv[0], strerror(-r));
        return r;
}

const Verb verb_cat = {
        .name = "cat",
        .arguments = "FILE",
        .help = "Print an index file as it should be",
        .n_arguments_min = 1,
        .n_arguments_max = 1,
        .run = run,
};
