/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "access.h"
#include "bus-parts.h"
#include "fd.h"
#include "log.h"
#include "usec.h"
#include "utf8.h"

#define INHIBITORS_MAX 64

/*
 * As with login1: whoever inhibits gets the one end of a pipe and holds it; when it is closed, and
 * be it by the death of its owner, we see the end at ours. For ever it is not: InhibitMaxSec=.
 */
struct Inhibitor {
        Bus *bus;
        int fd; /* our end */
        sd_event_source *pipe;
        sd_event_source *end;
        char *who;
        char *why;
        uint32_t uid;
        uint64_t since_usec; /* wall clock */
        Inhibitor *next;
};

static Inhibitor *inhibitor_free(Inhibitor *inhibitor) {
        sd_event_source_disable_unref(inhibitor->pipe);
        sd_event_source_disable_unref(inhibitor->end);
        closep(&inhibitor->fd);
        free(inhibitor->who);
        free(inhibitor->why);
        free(inhibitor);
        return NULL;
}

static void inhibitor_freep(Inhibitor **inhibitor) {
        if (*inhibitor)
                inhibitor_free(*inhibitor);
}

static void end(Inhibitor *inhibitor) {
        Bus *bus = inhibitor->bus;
        Inhibitor **link = &bus->inhibitors;

        while (*link != inhibitor)
                link = &(*link)->next;
        *link = inhibitor->next;
        bus->n_inhibitors--;
        inhibitor_free(inhibitor);
        manager_change_inhibitors(bus->manager, -1);
}

static int on_pipe(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        (void) source;
        (void) fd;
        (void) revents;
        end(userdata);
        return 0;
}

static int on_end(sd_event_source *source, uint64_t usec, void *userdata) {
        const Inhibitor *inhibitor = userdata;

        (void) source;
        (void) usec;
        log_message(LOG_NOTICE, "%s has inhibited publication for too long (%s); going on",
                    inhibitor->who, inhibitor->why);
        end(userdata);
        return 0;
}

static int take_words(Inhibitor *inhibitor, const char *who, const char *why) {
        int r = utf8_escape(who, &inhibitor->who);

        return r < 0 ? r : utf8_escape(why, &inhibitor->why);
}

static uint32_t uid_of(sd_bus_message *message) {
        _cleanup_(sd_bus_creds_unrefp) sd_bus_creds *creds = NULL;
        uid_t uid = (uid_t) -1;

        if (sd_bus_query_sender_creds(message, SD_BUS_CREDS_EUID, &creds) >= 0)
                (void) sd_bus_creds_get_euid(creds, &uid);
        return uid;
}

static int start(Bus *bus, Inhibitor *inhibitor, int *ret_fd) {
        sd_event *event = bus->manager->event;
        uint64_t limit = bus->manager->settings->inhibit_max_usec;
        int fds[2], r;

        if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
                return -errno;
        inhibitor->fd = fds[0];
        *ret_fd = fds[1];

        r = sd_event_add_io(event, &inhibitor->pipe, inhibitor->fd, EPOLLHUP, on_pipe, inhibitor);
        if (r >= 0 && limit > 0)
                r = sd_event_add_time(event, &inhibitor->end, CLOCK_MONOTONIC,
                                      usec_monotonic() + limit, 0, on_end, inhibitor);
        return r;
}

static int inhibit(Bus *bus, sd_bus_message *message, const char *who, const char *why) {
        _cleanup_(inhibitor_freep) Inhibitor *inhibitor = calloc(1, sizeof(*inhibitor));
        _cleanup_close_ int fd = -1;
        int r;

        if (!inhibitor)
                return -ENOMEM;
        *inhibitor = (Inhibitor){
                .bus = bus, .fd = -1, .uid = uid_of(message), .since_usec = usec_realtime()
        };
        r = take_words(inhibitor, who, why);
        if (r >= 0)
                r = start(bus, inhibitor, &fd);
        if (r >= 0)
                r = sd_bus_reply_method_return(message, "h", fd);
        if (r < 0)
                return r;

        inhibitor->next = bus->inhibitors;
        bus->inhibitors = TAKE_PTR(inhibitor);
        bus->n_inhibitors++;
        manager_change_inhibitors(bus->manager, 1);
        return 1;
}

int bus_take_inhibit(sd_bus_message *message, void *userdata, sd_bus_error *ret_error) {
        const char *who, *why;
        Bus *bus = userdata;
        uint64_t flags;
        int r;

        r = sd_bus_message_rewind(message, true);
        if (r >= 0)
                r = sd_bus_message_read(message, "sst", &who, &why, &flags);
        if (r < 0)
                return r;
        if (flags != 0)
                return sd_bus_error_set(ret_error, SD_BUS_ERROR_INVALID_ARGS,
                                        "Inhibit knows no flags");
        if (sd_bus_can_send(sd_bus_message_get_bus(message), 'h') <= 0)
                return sd_bus_error_set(ret_error, SD_BUS_ERROR_NOT_SUPPORTED,
                                        "No descriptors can be passed over this connection");
        r = access_check(bus, message, DEPMOD1_ACTION_INHIBIT, ret_error);
        if (r <= 0)
                return r < 0 ? r : 1; /* polkit is being asked; the message comes once more */
        if (bus->n_inhibitors >= INHIBITORS_MAX)
                return sd_bus_error_set(ret_error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                                        "Too many inhibitors");

        return inhibit(bus, message, who, why);
}

int bus_list_inhibitors(sd_bus_message *message, void *userdata, sd_bus_error *ret_error) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const Bus *bus = userdata;
        int r;

        (void) ret_error;
        r = sd_bus_message_new_method_return(message, &reply);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssut)");
        for (const Inhibitor *i = bus->inhibitors; r >= 0 && i; i = i->next)
                r = sd_bus_message_append(reply, "(ssut)", i->who, i->why, i->uid, i->since_usec);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

void bus_forget_inhibitors(Bus *bus) {
        while (bus->inhibitors) {
                Inhibitor *first = bus->inhibitors;

                bus->inhibitors = first->next;
                inhibitor_free(first);
        }
}
