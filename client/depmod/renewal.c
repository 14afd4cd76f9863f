/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "renewal.h"

#include <fcntl.h>

#include "checksum.h"
#include "parallel.h"

static PublicationFile file_of(const Renewal *renewal, OutputKind kind) {
        return (PublicationFile){ .dir_fd = AT_FDCWD,
                                  .name = output_name(kind),
                                  .bytes = &renewal->outputs->files[kind] };
}

static void renew(size_t number, unsigned worker, void *userdata) {
        Renewal *renewal = userdata;
        const Publication *publication = renewal->publication;
        const KnownIndex *known = renewal->known;
        const PublicationFile file = file_of(renewal, number);

        (void) worker;
        if (!(renewal->kinds & OUTPUT_BIT(number)) || renewal->is_current[number])
                return;

        if (known->right & OUTPUT_BIT(number)) {
                renewal->checksums[number] = known->published.checksums[number];
                renewal->is_current[number] =
                        known_index_renew(known, publication->dir_fd, number, renewal->sync);
                return;
        }

        if (renewal->wants_checksums)
                renewal->checksums[number] =
                        checksum(file.bytes->data ? file.bytes->data : "", file.bytes->size);
        renewal->is_current[number] = publication_renew(publication, &file, renewal->sync);
}

unsigned renewal_run(Renewal *renewal) {
        unsigned missed = 0;

        parallel_run(renewal->n_workers, OUTPUT_KINDS, renew, renewal);
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if (!renewal->is_current[i])
                        missed |= renewal->kinds & renewal->known->right & OUTPUT_BIT(i);
        }

        renewal->known->right &= ~missed;
        return missed;
}

size_t renewal_choose(const Renewal *renewal, PublicationFile *files) {
        size_t n_files = 0;

        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if ((renewal->kinds & OUTPUT_BIT(i)) && !renewal->is_current[i])
                        files[n_files++] = file_of(renewal, i);
        }

        return n_files;
}
