/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "staging.h"

#include <fcntl.h>

#include "checksum.h"

void staging_init(Staging *staging, Publication *publication, bool sync) {
        *staging = (Staging){ .publication = publication, .sync = sync };
        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                staging->files[i] = STAGED_FILE_NULL;
}

void staging_done(Staging *staging) {
        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                staged_file_done(&staging->files[i]);
}

static int take(OutputKind kind, const Buffer *bytes, void *userdata) {
        Staging *staging = userdata;
        const PublicationFile file = { .dir_fd = AT_FDCWD,
                                       .name = output_name(kind),
                                       .bytes = bytes };

        staging->checksums[kind] = checksum(bytes->data ? bytes->data : "", bytes->size);
        if (publication_renew(staging->publication, &file, staging->sync))
                return 0;

        staging->is_staged[kind] = true;
        staging->results[kind] = publication_stage(staging->publication, &file, staging->sync,
                                                   &staging->files[kind]);
        return staging->results[kind];
}

OutputSink staging_sink(Staging *staging) {
        return (OutputSink){ .take = take, .userdata = staging };
}

int staging_publish(Staging *staging, const char **ret_failed) {
        StagedFile *staged[OUTPUT_KINDS];
        size_t n_staged = 0;

        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if (staging->is_staged[i])
                        staged[n_staged++] = &staging->files[i];
        }

        *ret_failed = ".";
        return publication_publish(staging->publication, staged, n_staged, staging->sync,
                                   ret_failed);
}
