/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "candidate-record.h"
#include "inflate.h"

/*
 * Reads module files into a record of candidates. Files may be of anybody: nothing is believed of
 * them, and what is wrong with one stands in its record. A reader is used by one thread at a time.
 */
typedef struct CandidateReader CandidateReader;

int candidate_reader_new(CandidateReader **ret_reader);
CandidateReader *candidate_reader_free(CandidateReader *reader);

static inline void candidate_reader_freep(CandidateReader **reader) {
        candidate_reader_free(*reader);
}

/* No candidate may be or inflate to more. */
#define CANDIDATE_SIZE_MAX ((size_t) 256 * 1024 * 1024)

/*
 * Appends what an open regular file says of itself from its beginning, as a candidate of this path.
 * A negative errno instead of a descriptor is why there is none. 0 or -ENOMEM.
 */
int candidate_read_fd(CandidateReader *reader, int fd, const char *path, Buffer *record);

/* The same of the file of this path below a directory. */
int candidate_read_at(CandidateReader *reader, int directory_fd, const char *path, Buffer *record);

/* The same of bytes. */
int candidate_read_bytes(CandidateReader *reader, char *bytes, size_t size, const char *path,
                         Buffer *record);
