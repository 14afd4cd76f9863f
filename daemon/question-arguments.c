/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "question.h"

#define NAMES_MAX 10000

static char **free_strings(char **strings) {
        for (size_t i = 0; strings && strings[i]; i++)
                free(strings[i]);
        free(strings);
        return NULL;
}

void question_arguments_done(Question *question) {
        free(question->release);
        free(question->name);
        free_strings(question->names);
        free_strings(question->releases);
}

static int read_name(Question *question) {
        const char *name;
        int r;

        r = sd_bus_message_read(question->message, "s", &name);
        if (r < 0)
                return r;
        question->name = strdup(name);
        return question->name ? 0 : -ENOMEM;
}

/* An empty list of releases is one of all kernels. */
static int read_releases(Question *question) {
        int r = sd_bus_message_read_strv(question->message, &question->releases);

        if (r >= 0 && question->releases && !question->releases[0])
                question->releases = free_strings(question->releases);
        return r;
}

static int read_names(Question *question) {
        int r = sd_bus_message_read_strv(question->message, &question->names);

        if (r >= 0 && !question->names)
                question->names = calloc(1, sizeof(char *));
        return r < 0 || question->names ? r : -ENOMEM;
}

static int read_pair(Question *question) {
        const char *first, *second;
        int r;

        r = sd_bus_message_read(question->message, "ss", &first, &second);
        if (r < 0)
                return r;
        question->names = calloc(3, sizeof(char *));
        if (!question->names)
                return -ENOMEM;
        question->names[0] = strdup(first);
        question->names[1] = question->names[0] ? strdup(second) : NULL;
        return question->names[1] ? 0 : -ENOMEM;
}

static int read_two_releases(Question *question) {
        const char *release;
        int r = 0;

        question->releases = calloc(3, sizeof(char *));
        if (!question->releases)
                return -ENOMEM;
        for (size_t i = 0; r >= 0 && i < 2; i++) {
                r = sd_bus_message_read(question->message, "s", &release);
                if (r < 0)
                        return r;
                question->releases[i] = strdup(release);
                r = question->releases[i] ? 0 : -ENOMEM;
        }
        return r;
}

static int read_shape(Question *question) {
        int r = 0;

        switch (question->kind->shape) {
        case QUESTION_NOTHING:
                return 0;
        case QUESTION_FLAGS:
                break;
        case QUESTION_NAME:
                r = read_name(question);
                break;
        case QUESTION_PAIR:
                r = read_pair(question);
                break;
        case QUESTION_NAMES:
                r = read_names(question);
                break;
        case QUESTION_RELEASES:
        case QUESTION_RELEASES_TIMED:
                r = read_releases(question);
                break;
        case QUESTION_RELEASES_NAMES:
                r = read_releases(question);
                if (r >= 0)
                        r = read_names(question);
                break;
        case QUESTION_TWO_RELEASES:
                r = read_two_releases(question);
                break;
        }

        if (r >= 0)
                r = sd_bus_message_read(question->message, "t", &question->flags);
        if (r >= 0 && question->kind->shape == QUESTION_RELEASES_TIMED)
                r = sd_bus_message_read(question->message, "t", &question->timeout_usec);
        return r;
}

/* Of all kernels together: so many are answered in a few milliseconds. */
static int check_count(const Question *question, sd_bus_error *error) {
        size_t n_names = 0;

        while (question->names && question->names[n_names])
                n_names++;
        if (question->kind->shape == QUESTION_RELEASES_NAMES)
                n_names *= question->bus->manager->n_kernels;
        if (n_names <= NAMES_MAX)
                return 0;

        return sd_bus_error_setf(error, DEPMOD1_ERROR_TOO_LARGE,
                                 "No more than %d names can be asked for at once", NAMES_MAX);
}

int question_read_arguments(Question *question, sd_bus_error *error) {
        int r;

        /* It comes a second time when polkit has been asked. */
        r = sd_bus_message_rewind(question->message, true);
        if (r >= 0)
                r = read_shape(question);
        if (r < 0)
                return r;

        if (question->flags & ~question->kind->flags)
                return sd_bus_error_setf(
                        error, SD_BUS_ERROR_INVALID_ARGS, "%s does not know the flags 0x%llx",
                        question->kind->member,
                        (unsigned long long) (question->flags & ~question->kind->flags));
        return check_count(question, error);
}
