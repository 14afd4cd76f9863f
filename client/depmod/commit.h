/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "publication.h"

/*
 * publication_commit() for a program that a person may interrupt: signals that end a program wait
 * until it is over, and a file size limit is an error and not a signal.
 */
int commit_run(Publication *publication, const PublicationFile *files, size_t n_files, bool sync,
               const char **ret_failed);
