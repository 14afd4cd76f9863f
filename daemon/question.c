/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "question.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "log.h"
#include "nearest.h"
#include "utf8.h"

#define QUESTIONS_MAX 1024
#define QUESTIONS_OF_ONE_MAX 128

static Question *question_free(Question *question) {
        Bus *bus = question->bus;

        if (question->is_waiting)
                manager_stop_waiting(bus->manager, &question->waiter);
        if (question->previous)
                question->previous->next = question->next;
        else if (bus->questions == question)
                bus->questions = question->next;
        if (question->next)
                question->next->previous = question->previous;
        bus->n_questions--;

        question_arguments_done(question);
        publish_job_free(question->comparison);
        details_job_free(question->details);
        modprobe_job_free(question->modprobe);
        if (question->free_task)
                question->free_task(question->task);
        snapshot_unref(question->other);
        check_job_free(question->check);
        snapshot_unref(question->snapshot);
        sd_bus_track_unref(question->track);
        sd_bus_message_unref(question->message);
        free(question);
        return NULL;
}

static void question_freep(Question **question) {
        if (*question)
                question_free(*question);
}

/* A thread works with the snapshot and the like: then it is freed when that is done. */
static void forget(Question *question) {
        question->is_forgotten = true;
        if (!question->is_working)
                question_free(question);
}

void bus_forget_questions(Bus *bus) {
        for (Question *question = bus->questions, *next; question; question = next) {
                next = question->next;
                forget(question);
        }
}

static Question *question_new(Bus *bus, sd_bus_message *message, const QuestionKind *kind) {
        Question *question = calloc(1, sizeof(*question));

        if (!question)
                return NULL;

        question->bus = bus;
        question->message = sd_bus_message_ref(message);
        question->kind = kind;
        question->directory_fd = -1;
        question->next = bus->questions;
        if (question->next)
                question->next->previous = question;
        bus->questions = question;
        bus->n_questions++;
        return question;
}

/* However many ask, root is not kept out. */
static bool is_busy(const Bus *bus, sd_bus_message *message) {
        const char *sender = sd_bus_message_get_sender(message);
        unsigned n = 0;

        if (bus->n_questions < QUESTIONS_OF_ONE_MAX)
                return false;
        if (bus->n_questions >= QUESTIONS_MAX)
                return sd_bus_query_sender_privilege(message, -1) <= 0;

        for (const Question *question = bus->questions; question; question = question->next) {
                const char *other = sd_bus_message_get_sender(question->message);

                n += sender && other && strcmp(sender, other) == 0;
        }

        return n >= QUESTIONS_OF_ONE_MAX;
}

int question_append(Question *question, sd_bus_message *reply, const char *string) {
        _cleanup_free_ char *escaped = NULL;
        int r;

        if (!string)
                string = "";
        if (!utf8_is_valid(string)) {
                r = utf8_escape(string, &escaped);
                if (r < 0)
                        return r;
                string = escaped;
        }

        /* With its length, its end and what aligns it. */
        r = question_reserve(question, strlen(string) + 8);
        if (r < 0)
                return r;

        return sd_bus_message_append_basic(reply, 's', string);
}

int question_reserve(Question *question, uint64_t size) {
        question->reply_size += size;
        return question->reply_size > DEPMOD1_REPLY_SIZE_MAX ? -E2BIG : 0;
}

int question_append_generation(const Question *question, sd_bus_message *reply) {
        return sd_bus_message_append(reply, "t", question->snapshot->generation);
}

int question_fail_module(const Question *question, const char *name, sd_bus_error *error) {
        Nearest nearest = nearest_modules(question_lookup(question), name);
        const char *release = question->release;

        if (nearest.count == 0)
                return sd_bus_error_setf(error, DEPMOD1_ERROR_NO_SUCH_MODULE,
                                         "%s has no module '%s'", release, name);

        return sd_bus_error_setf(
                error, DEPMOD1_ERROR_NO_SUCH_MODULE,
                "%s has no module '%s'. Did you mean %s%s%s%s%s?", release, name, nearest.names[0],
                nearest.count > 1 ? ", " : "", nearest.count > 1 ? nearest.names[1] : "",
                nearest.count > 2 ? ", " : "", nearest.count > 2 ? nearest.names[2] : "");
}

static int set_error(const Question *question, int r, sd_bus_error *error) {
        const char *what = question->release ? question->release : "the kernels";

        if (sd_bus_error_is_set(error))
                return r;

        switch (r) {
        case -ENOENT:
                return sd_bus_error_setf(error, DEPMOD1_ERROR_NO_SUCH_KERNEL,
                                         "There is no kernel %s",
                                         question->release ? question->release : "of this release");
        case -ETIMEDOUT:
                return sd_bus_error_set(error, DEPMOD1_ERROR_NOT_SETTLED,
                                        "Not everything was settled in time");
        case -ECANCELED:
                return sd_bus_error_set(error, SD_BUS_ERROR_NO_REPLY, "The daemon ends");
        case -E2BIG:
                return sd_bus_error_set(error, DEPMOD1_ERROR_TOO_LARGE,
                                        "The answer is larger than 16 MiB; ask for less at once");
        case -ENOMEM:
                return sd_bus_error_set(error, SD_BUS_ERROR_NO_MEMORY, "Out of memory");
        default:
                if (question->kind->wait_for == WAIT_PUBLISHED)
                        return sd_bus_error_setf(error, DEPMOD1_ERROR_PUBLISH_FAILED,
                                                 "Cannot publish the index of %s: %s", what,
                                                 strerror(-r));
                return sd_bus_error_setf(error, SD_BUS_ERROR_FAILED, "Cannot read %s: %s", what,
                                         strerror(-r));
        }
}

static void fail(Question *question, int r, sd_bus_error *error) {
        (void) set_error(question, r, error);
        /* A sentence that cannot be sent, of whatever reason, must not leave the client waiting. */
        if (sd_bus_reply_method_error(question->message, error) < 0)
                (void) sd_bus_reply_method_errno(question->message, r, NULL);
}

static int answer(Question *question, Kernel *kernel, sd_bus_error *error) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        int r;

        r = sd_bus_message_new_method_return(question->message, &reply);
        if (r >= 0)
                r = question->kind->answer(question, reply, kernel, error);
        return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

/* 1: a thread is at work, and the question lives on. */
static int proceed(Question *question, sd_bus_error *error) {
        Kernel *kernel = NULL;
        int r;

        question->bus->manager->site.statistics.questions++;
        if (question->release) {
                kernel = manager_find_kernel(question->bus->manager, question->release);
                if (kernel && !kernel->snapshot && kernel->refresh_error < 0)
                        return kernel->refresh_error;
                if (!kernel || !kernel->snapshot || !kernel->snapshot->is_kernel)
                        return -ENOENT;
                question->snapshot = snapshot_ref(kernel->snapshot);
        }

        if (question->kind->work) {
                r = question->kind->work(question, kernel, error);
                question->is_working = r > 0;
                if (r != 0)
                        return r;
        }

        return answer(question, kernel, error);
}

/* Ends the question, unless a thread works for it. */
static void finish(Question *question, int r) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;

        if (r >= 0)
                r = proceed(question, &error);
        if (r < 0)
                fail(question, r, &error);
        if (!question->is_working)
                question_free(question);
}

static bool is_refresh_failure(int r) {
        return r < 0 && r != -ENOENT && r != -ETIMEDOUT && r != -ECANCELED;
}

static void on_ready(Waiter *waiter, int r) {
        Question *question = waiter->userdata;

        if (question->kind->tells_of_failure && is_refresh_failure(r))
                r = 0;
        question->is_waiting = false;
        finish(question, r);
}

void question_done_working(Question *question) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;

        question->is_working = false;
        if (!question->is_forgotten) {
                Kernel *kernel = question->release ? manager_find_kernel(question->bus->manager,
                                                                         question->release)
                                                   : NULL;
                int r = answer(question, kernel, &error);

                if (r < 0)
                        fail(question, r, &error);
        }

        question_free(question);
}

static bool may_be_stale(const Question *question) {
        const Kernel *kernel;

        if (!(question->flags & DEPMOD1_ALLOW_STALE) || !question->release)
                return false;

        kernel = manager_find_kernel(question->bus->manager, question->release);
        return kernel && kernel->snapshot && kernel->snapshot->is_kernel;
}

static void wait_for(Question *question) {
        char **releases = question->releases;

        if (question->release) {
                question->single[0] = question->release;
                releases = question->single;
        }
        question->waiter.what =
                question->waits_for_model_only ? WAIT_MODEL : question->kind->wait_for;
        question->waiter.releases = releases;
        question->waiter.on_ready = on_ready;
        question->waiter.userdata = question;
        question->is_waiting = true;
        manager_wait(question->bus->manager, &question->waiter);
}

static int authorise(Question *question, sd_bus_error *error) {
        const QuestionKind *kind = question->kind;

        if (!kind->action ||
            (kind->privileged_flags != 0 && (question->flags & kind->privileged_flags) == 0))
                return 1;

        return access_check(question->bus, question->message, kind->action, error);
}

static int take_kind(Bus *bus, const char *release, sd_bus_message *message, sd_bus_error *error) {
        const QuestionKind *kind = question_kind(sd_bus_message_get_interface(message),
                                                 sd_bus_message_get_member(message));
        _cleanup_(question_freep) Question *question = NULL;
        int r;

        if (!kind)
                return sd_bus_error_set(error, SD_BUS_ERROR_UNKNOWN_METHOD, "No such method");
        if (is_busy(bus, message))
                return sd_bus_error_set(error, DEPMOD1_ERROR_BUSY, "Too many questions at once");

        question = question_new(bus, message, kind);
        if (!question)
                return -ENOMEM;
        if (release) {
                question->release = strdup(release);
                if (!question->release)
                        return -ENOMEM;
        }

        r = question_read_arguments(question, error);
        if (r < 0)
                return r;
        r = authorise(question, error);
        if (r <= 0)
                return r < 0 ? r : 1; /* polkit is being asked; the message comes once more */
        r = kind->prepare ? kind->prepare(question, error) : 0;
        if (r < 0)
                return r;

        if (may_be_stale(question))
                finish(TAKE_PTR(question), 0);
        else
                wait_for(TAKE_PTR(question));
        return 1;
}

static int take(Bus *bus, const char *release, sd_bus_message *message, sd_bus_error *error) {
        int r = take_kind(bus, release, message, error);

        if (r < 0)
                access_forget(bus, message);
        return r;
}

int bus_take_kernel_question(sd_bus_message *message, void *userdata, sd_bus_error *ret_error) {
        const Kernel *kernel = userdata;
        const Manager *manager = kernel->site->userdata;

        return take(manager->bus, kernel->release, message, ret_error);
}

int bus_take_question(sd_bus_message *message, void *userdata, sd_bus_error *ret_error) {
        return take(userdata, NULL, message, ret_error);
}

static int on_gone(sd_bus_track *track, void *userdata) {
        (void) track;
        forget(userdata);
        return 0;
}

/*
 * Asking the bus to tell when a client goes costs more than most answers do, so only those are
 * followed that have not been answered by the end of the turn.
 */
void bus_follow_questions(Bus *bus) {
        for (Question *question = bus->questions, *next; question; question = next) {
                next = question->next;
                if (question->track || !sd_bus_message_get_sender(question->message))
                        continue;
                if (sd_bus_track_new(bus->bus, &question->track, on_gone, question) < 0)
                        continue;
                if (sd_bus_track_add_sender(question->track, question->message) < 0)
                        forget(question);
        }
}
