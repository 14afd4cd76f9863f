/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bus-parts.h"
#include "check-job.h"
#include "details-job.h"
#include "modprobe-job.h"
#include "publish-job.h"

/*
 * A question is a method call whose answer depends on the file system. It waits until the model is
 * fresh (flags may say that it need not), has done on a thread what takes time, and is answered
 * from one snapshot, in whose generation the answer is.
 */
typedef enum QuestionShape {
        QUESTION_NOTHING,
        QUESTION_FLAGS,          /* t */
        QUESTION_NAME,           /* s t */
        QUESTION_PAIR,           /* s s t, as names */
        QUESTION_NAMES,          /* as t */
        QUESTION_RELEASES,       /* as t */
        QUESTION_RELEASES_TIMED, /* as t t */
        QUESTION_RELEASES_NAMES, /* as as t */
        QUESTION_TWO_RELEASES,   /* s s t */
        QUESTION_FILES_NAMES,    /* s a(sh) as t; the first is the kernel */
        QUESTION_TREE_NAMES,     /* s h as t */
} QuestionShape;

typedef struct QuestionKind QuestionKind;

struct Question {
        Bus *bus;
        sd_bus_message *message;
        const QuestionKind *kind;
        Waiter waiter;
        bool is_waiting;

        /* The arguments. */
        char *release,
                *single[2]; /* of the kernel that is asked, and a list of it; NULL: the manager */
        char *name;
        char **names;     /* NULL-terminated */
        char **releases;  /* NULL-terminated; NULL: all kernels */
        CheckFile *files; /* the message's, as the directory is */
        size_t n_files, files_capacity;
        int directory_fd; /* -1: there is none */
        uint64_t flags;
        uint64_t timeout_usec;
        bool waits_for_model_only;

        /* What a thread does for it. */
        Snapshot *snapshot;
        PublishJob *comparison;
        DetailsJob *details;
        ModprobeJob *modprobe;
        void *task; /* of a kind that has a job of its own; freed with free_task() */
        void (*free_task)(void *task);
        Snapshot *other; /* of a second kernel; NULL */
        CheckJob *check;
        uint32_t module; /* that is asked about, once it has been found */
        bool is_working;
        bool is_forgotten; /* the client has gone; to be freed when the thread is done */
        sd_bus_track *track;

        uint64_t reply_size; /* against the largest reply */
        Question *next;
        Question *previous;
};

struct QuestionKind {
        const char *interface;
        const char *member;
        QuestionShape shape;
        uint64_t flags; /* that it knows */
        WaitFor wait_for;
        bool tells_of_failure; /* a refresh that fails is part of the answer, and not an error */
        const char *action;    /* to be authorised first; NULL: everybody may */
        uint64_t privileged_flags; /* only these need to be authorised; 0: the method itself does */
        /* What is to be done before the waiting begins; NULL: nothing. */
        int (*prepare)(Question *question, sd_bus_error *error);
        /*
         * Begins what a thread has to do, if anything. 1: it has begun, answer later; 0: answer
         * now; negative: fails with the error.
         */
        int (*work)(Question *question, Kernel *kernel, sd_bus_error *error);
        /* Appends the whole reply. `kernel` is NULL for the manager. */
        int (*answer)(Question *question, sd_bus_message *reply, Kernel *kernel,
                      sd_bus_error *error);
};

/* The kind of a call; NULL if there is no such method. */
const QuestionKind *question_kind(const char *interface, const char *member);

/*
 * Appends a string, "" for NULL. Bytes that are no UTF-8 stand as \\x80, since D-Bus could not take
 * them. -E2BIG: the reply would be larger than is allowed.
 */
int question_append(Question *question, sd_bus_message *reply, const char *string);

/* Counts bytes that are appended without question_append(). 0 or -E2BIG. */
int question_reserve(Question *question, uint64_t size);

/* Appends the generation that the answer is of. */
int question_append_generation(const Question *question, sd_bus_message *reply);

/* Fails with Error.NoSuchModule and the nearest names. Returns a negative errno. */
int question_fail_module(const Question *question, const char *name, sd_bus_error *error);

/* Whoever works for the question is done: answers it. */
void question_done_working(Question *question);

/* Reads the arguments, as the kind says; releases them. 0, or a negative errno and the error set.
 */
int question_read_arguments(Question *question, sd_bus_error *error);
void question_arguments_done(Question *question);

static inline const Lookup *question_lookup(const Question *question) {
        return question->snapshot->lookup;
}
