/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "access.h"

#include <errno.h>
#include <stdlib.h>

#include "bus-parts.h"
#include "log.h"

/* A password may take its time, but not so many at once. */
#define AUTHORISATIONS_MAX 128

#define POLKIT "org.freedesktop.PolicyKit1"

/* An authorisation that is being asked for, or has been: until its message is taken up again. */
struct Authorisation {
        Bus *bus;
        sd_bus_message *message;
        sd_bus_slot *slot;
        sd_bus_message *reply; /* NULL: not answered yet */
        Authorisation *next;
};

static void authorisation_free(Authorisation *authorisation) {
        sd_bus_slot_unref(authorisation->slot);
        sd_bus_message_unref(authorisation->message);
        sd_bus_message_unref(authorisation->reply);
        free(authorisation);
}

void bus_forget_authorisations(Bus *bus) {
        while (bus->authorisations) {
                Authorisation *first = bus->authorisations;

                bus->authorisations = first->next;
                authorisation_free(first);
        }
}

static void forget(Authorisation *authorisation) {
        Authorisation **link = &authorisation->bus->authorisations;

        while (*link && *link != authorisation)
                link = &(*link)->next;
        if (*link)
                *link = authorisation->next;
        authorisation_free(authorisation);
}

static int on_reply(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error) {
        Authorisation *authorisation = userdata;
        int r;

        (void) ret_error;
        authorisation->reply = sd_bus_message_ref(reply);
        r = sd_bus_enqueue_for_read(authorisation->bus->bus, authorisation->message);
        if (r < 0) {
                (void) sd_bus_reply_method_errno(authorisation->message, r, NULL);
                forget(authorisation);
        }

        return 0;
}

static int read_reply(sd_bus_message *reply, sd_bus_error *error) {
        const sd_bus_error *refused = sd_bus_message_get_error(reply);
        int is_authorised, is_challenge, r;

        if (refused)
                return sd_bus_error_setf(error, SD_BUS_ERROR_ACCESS_DENIED,
                                         "Access denied: polkit cannot be asked (%s)",
                                         refused->message ? refused->message : refused->name);

        r = sd_bus_message_enter_container(reply, 'r', "bba{ss}");
        if (r >= 0)
                r = sd_bus_message_read(reply, "bb", &is_authorised, &is_challenge);
        if (r < 0)
                return r;

        if (is_authorised)
                return 1;
        if (is_challenge)
                return sd_bus_error_set(error, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
                                        "Interactive authentication required");
        return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED, "Access denied");
}

static bool is_too_many(const Bus *bus) {
        size_t n = 0;

        for (const Authorisation *a = bus->authorisations; a; a = a->next)
                n++;
        return n >= AUTHORISATIONS_MAX;
}

static int ask(Bus *bus, sd_bus_message *message, const char *action) {
        int is_interactive = sd_bus_message_get_allow_interactive_authorization(message);
        Authorisation *authorisation = calloc(1, sizeof(*authorisation));
        int r;

        if (!authorisation)
                return -ENOMEM;

        r = sd_bus_call_method_async(
                bus->bus, &authorisation->slot, POLKIT, "/org/freedesktop/PolicyKit1/Authority",
                POLKIT ".Authority", "CheckAuthorization", on_reply, authorisation,
                "(sa{sv})sa{ss}us", "system-bus-name", 1, "name", "s",
                sd_bus_message_get_sender(message), action, 0, is_interactive > 0 ? 1 : 0, "");
        if (r < 0) {
                free(authorisation);
                return r;
        }

        authorisation->bus = bus;
        authorisation->message = sd_bus_message_ref(message);
        authorisation->next = bus->authorisations;
        bus->authorisations = authorisation;
        return 0;
}

int access_check(Bus *bus, sd_bus_message *message, const char *action, sd_bus_error *error) {
        int r;

        if (bus->manager->settings->is_private)
                return 1;

        for (Authorisation *a = bus->authorisations; a; a = a->next) {
                if (a->message != message)
                        continue;
                r = a->reply ? read_reply(a->reply, error) : 0;
                if (r != 0)
                        forget(a);
                return r;
        }

        r = sd_bus_query_sender_privilege(message, -1);
        if (r > 0)
                return 1;
        if (r < 0 && r != -ENODATA)
                return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED,
                                        "Access denied: cannot tell who asks");

        if (is_too_many(bus))
                return sd_bus_error_set(error, DEPMOD1_ERROR_BUSY,
                                        "Too many callers wait to be authorised");
        return ask(bus, message, action);
}

void access_forget(Bus *bus, sd_bus_message *message) {
        for (Authorisation *a = bus->authorisations; a; a = a->next) {
                if (a->message == message) {
                        forget(a);
                        return;
                }
        }
}
