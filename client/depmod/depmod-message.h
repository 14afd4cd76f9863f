/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "output.h"
#include "problem.h"
#include "refresh.h"

/*
 * depmod's messages on stderr, in kmod's form and words (specification section 8): scripts look for
 * them. Where kmod names a descriptor by its number, ours name the path.
 */
typedef enum MessageLevel {
        MESSAGE_FATAL,
        MESSAGE_ERROR,
        MESSAGE_WARNING,
        MESSAGE_INFO,
        MESSAGE_DEBUG,
} MessageLevel;

__attribute__((format(printf, 2, 3))) void depmod_message(MessageLevel level, const char *format,
                                                          ...);

/* Prints the problems of a list in its order and empties it. */
void depmod_message_problems(ProblemList *problems);

/* Says why a refresh failed with this negative errno. */
void depmod_message_failure(const RefreshFailure *failure, int r);

/*
 * Prints on stdout why each edge is there, in the order in which the edges were found (depmod -v).
 * 0 or -ENOMEM.
 */
int depmod_message_needs(const Model *model);

/* Says why an index file could not be made. */
void depmod_message_unrendered(OutputKind kind, int r);

/* Says why the files could not be published: about this name, as from publication_publish(). */
void depmod_message_unpublished(const char *directory, const char *name, bool is_mixed, int r);
