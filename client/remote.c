/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remote.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "remote-bus.h"
#include "wire.h"

#define SECOND_USEC UINT64_C(1000000)

/* A call whose reply is waited for. */
typedef struct Pending {
        sd_bus_message *reply;
} Pending;

Remote *remote_free(Remote *remote) {
        if (remote) {
                sd_bus_flush_close_unref(remote->bus);
                free(remote->reason);
                free(remote);
        }

        return NULL;
}

bool remote_is_private(const Remote *remote) {
        return remote->is_private;
}

bool remote_can_pass_fds(const Remote *remote) {
        return sd_bus_can_send(remote->bus, SD_BUS_TYPE_UNIX_FD) > 0;
}

const char *remote_reason(const Remote *remote) {
        return remote && remote->reason ? remote->reason : "Out of memory";
}

void remote_on_wait(Remote *remote, RemoteOnWait on_wait, void *userdata) {
        remote->on_wait = on_wait;
        remote->userdata = userdata;
}

int remote_fail(Remote *remote, int r, const char *format, ...) {
        va_list arguments;

        free(remote->reason);
        va_start(arguments, format);
        if (vasprintf(&remote->reason, format, arguments) < 0)
                remote->reason = NULL;
        va_end(arguments);
        return r;
}

static int append_list(sd_bus_message *message, const RemoteArgument *argument) {
        bool has_files = argument->type == 'f';
        int r;

        r = sd_bus_message_open_container(message, 'a', has_files ? "(sh)" : "s");
        for (size_t i = 0; r >= 0 && i < argument->n_texts; i++)
                r = has_files ? sd_bus_message_append(message, "(sh)", argument->texts[i],
                                                      argument->fds[i])
                              : sd_bus_message_append(message, "s", argument->texts[i]);
        return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_arguments(sd_bus_message *message, const RemoteArgument *arguments) {
        int r = 0;

        for (const RemoteArgument *argument = arguments; argument && argument->type; argument++) {
                if (argument->type == 's')
                        r = sd_bus_message_append(message, "s", argument->text);
                else if (argument->type == 't')
                        r = sd_bus_message_append(message, "t", argument->number);
                else if (argument->type == 'h')
                        r = sd_bus_message_append(message, "h", argument->fds[0]);
                else
                        r = append_list(message, argument);
                if (r < 0)
                        return r;
        }

        return 0;
}

static int on_reply(sd_bus_message *message, void *userdata,
                    __attribute__((unused)) sd_bus_error *ret_error) {
        Pending *pending = userdata;

        pending->reply = sd_bus_message_ref(message);
        return 1;
}

static unsigned seconds_since(const struct timespec *begin) {
        struct timespec now;

        (void) clock_gettime(CLOCK_MONOTONIC, &now);
        return (unsigned) (now.tv_sec - begin->tv_sec - (now.tv_nsec < begin->tv_nsec));
}

/* sd_bus_call() would do if it could tell us that time passes. */
static int wait_for_reply(Remote *remote, Pending *pending) {
        unsigned shown = 0;
        struct timespec begin;
        int r = 0;

        (void) clock_gettime(CLOCK_MONOTONIC, &begin);
        while (r >= 0 && !pending->reply) {
                unsigned seconds = seconds_since(&begin);

                if (remote->on_wait && seconds > shown) {
                        remote->on_wait(remote->userdata, seconds);
                        shown = seconds;
                }
                r = sd_bus_process(remote->bus, NULL);
                if (r == 0)
                        r = sd_bus_wait(remote->bus, SECOND_USEC);
        }

        if (shown > 0)
                remote->on_wait(remote->userdata, 0);
        return pending->reply ? 0 : r;
}

static int errno_of(const Remote *remote, sd_bus_message *reply) {
        static const struct {
                const char *name;
                int r;
        } known[] = {
                { DEPMOD1_ERROR_NO_SUCH_KERNEL, -ESRCH },
                { DEPMOD1_ERROR_NO_SUCH_MODULE, -ENOENT },
                { SD_BUS_ERROR_SERVICE_UNKNOWN, -ENOTCONN },
                { SD_BUS_ERROR_NAME_HAS_NO_OWNER, -ENOTCONN },
                { SD_BUS_ERROR_DISCONNECTED, -ENOTCONN },
        };
        const sd_bus_error *error = sd_bus_message_get_error(reply);

        for (size_t i = 0; i < ELEMENTSOF(known); i++) {
                if (sd_bus_error_has_name(error, known[i].name))
                        return known[i].r;
        }

        /* Said both of a reply that is late and of a connection that is lost. */
        if (sd_bus_error_has_name(error, SD_BUS_ERROR_NO_REPLY))
                return sd_bus_is_open(remote->bus) > 0 ? -ETIMEDOUT : -ENOTCONN;
        return -EIO;
}

static int fail_with_error(Remote *remote, sd_bus_message *reply) {
        const sd_bus_error *error = sd_bus_message_get_error(reply);
        int r = errno_of(remote, reply);

        if (r == -ENOTCONN && remote->is_private)
                return remote_fail(remote, r, "The private instance of depmodd has ended");
        if (r == -ETIMEDOUT)
                return remote_fail(remote, r, "depmodd has not answered in time");
        return remote_fail(remote, r, "%s",
                           error->message && error->message[0] ? error->message : error->name);
}

static int fail_to_talk(Remote *remote, int r) {
        if (r == -ECONNRESET || r == -EPIPE || r == -ENOTCONN || r == -ESHUTDOWN) {
                const char *who = remote->is_private ? "The private instance of depmodd has ended"
                                                     : "The connection to depmodd is lost";

                return remote_fail(remote, -ENOTCONN, "%s", who);
        }

        return remote_fail(remote, r, "Cannot talk to depmodd: %s", strerror(-r));
}

int remote_call(Remote *remote, const RemoteCall *call, Value *ret_reply) {
        _cleanup_message_ sd_bus_message *message = NULL, *reply = NULL;
        _cleanup_(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;
        _cleanup_value_ Value value = {};
        Pending pending = {};
        int r;

        r = sd_bus_message_new_method_call(remote->bus, &message, remote->destination,
                                           call->path ? call->path : DEPMOD1_PATH, call->interface,
                                           call->method);
        if (r >= 0)
                r = append_arguments(message, call->arguments);
        if (r >= 0)
                r = sd_bus_call_async(remote->bus, &slot, message, on_reply, &pending,
                                      call->timeout_usec);
        if (r >= 0)
                r = wait_for_reply(remote, &pending);
        reply = pending.reply;
        if (r < 0)
                return fail_to_talk(remote, r);
        if (sd_bus_message_is_method_error(reply, NULL) > 0)
                return fail_with_error(remote, reply);
        if (!ret_reply)
                return 0;

        r = remote_value_read(reply, call->shape, &value);
        if (r < 0)
                return remote_fail(remote, r, "Cannot read depmodd's answer: %s", strerror(-r));

        *ret_reply = value;
        value = (Value){};
        return 0;
}
