/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "published.h"

#include <stdlib.h>

#include "message.h"

static const Shape kernel[] = {
        { "release" }, { "generation" }, { "published" }, { "writable" }, {}
};
const Shape published_shape[] = { { "kernels", kernel }, {} };

static const Column columns[] = {
        { "release", "KERNEL" },
        { "generation", "GENERATION", COLUMN_RIGHT, cell_generation },
        { "published", "PUBLISHED", COLUMN_RIGHT, cell_generation },
        { "writable", "WRITABLE" },
        {},
};

RemoteArgument published_releases(const Session *session, int argc, char *argv[]) {
        const char *const *kernel_option = &session->options->kernel;

        if (argc == 0 && *kernel_option)
                return (RemoteArgument){ .type = 'a',
                                         .texts = (char *const *) kernel_option,
                                         .n_texts = 1 };
        return (RemoteArgument){ .type = 'a', .texts = argv, .n_texts = (size_t) argc };
}

int published_check_releases(Session *session, const RemoteArgument *releases) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < releases->n_texts; i++) {
                _cleanup_value_ Value found = {};

                r = session_find_kernel(session, releases->texts[i], &found);
        }

        return r;
}

static int check_published(const Value *kernels) {
        int status = EXIT_SUCCESS;

        for (size_t i = 0; i < kernels->count; i++) {
                const Value *one = &kernels->items[i];

                if (value_number(one, "published") == value_number(one, "generation"))
                        continue;
                message_error("The index of %s could not be written%s", value_text(one, "release"),
                              value_boolean(one, "writable") ? "" : ", its directory is read-only");
                status = EXIT_FAILURE;
        }

        return status;
}

int published_print(Session *session, const Value *reply, bool is_wanted) {
        const Value *kernels = value_list(reply, "kernels");
        int r;

        r = session_print(session, reply, kernels, columns);
        return r < 0 || !is_wanted ? r : check_published(kernels);
}
