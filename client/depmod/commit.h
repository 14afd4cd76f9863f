/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <signal.h>

#include "publication.h"

/*
 * For a program that a person may interrupt: until commit_end() signals that end a program wait, in
 * this thread and those that it starts, and a file size limit is an error and not a signal. So
 * nothing that has been staged is left behind.
 */
void commit_begin(sigset_t *ret_before);
void commit_end(const sigset_t *before);

/* publication_commit() between the two. */
int commit_run(Publication *publication, const PublicationFile *files, size_t n_files, bool sync,
               const char **ret_failed);
