/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-id128.h>
#include <unistd.h>

#include "log.h"
#include "manager-parts.h"
#include "usec.h"

#define SYSTEM_BUS "unix:path=/run/dbus/system_bus_socket"
#define RECONNECT_USEC UINT64_C(250000)
#define PATIENCE_USEC UINT64_C(2000000)

static int start_bus(Bus *bus);

static void drop_bus(Bus *bus) {
        bus_forget_questions(bus);
        bus_forget_authorisations(bus);
        bus->has_name = false;
        if (bus->bus) {
                sd_bus_detach_event(bus->bus);
                bus->bus = sd_bus_close_unref(bus->bus);
        }
}

static int on_reconnect(sd_event_source *source, uint64_t usec, void *userdata) {
        Bus *bus = userdata;
        int r;

        (void) usec;
        drop_bus(bus);
        r = start_bus(bus);
        if (r >= 0)
                return 0;

        log_message(LOG_DEBUG, "Cannot connect to the bus: %s", strerror(-r));
        (void) sd_event_source_set_time(source, usec_monotonic() + 4 * RECONNECT_USEC);
        return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* Not from within a callback of the connection itself. */
static int reconnect_soon(Bus *bus) {
        (void) sd_event_source_set_time(bus->reconnect, usec_monotonic() + RECONNECT_USEC);
        return sd_event_source_set_enabled(bus->reconnect, SD_EVENT_ONESHOT);
}

static int on_disconnected(sd_bus_message *message, void *userdata, sd_bus_error *ret_error) {
        Bus *bus = userdata;

        (void) message;
        (void) ret_error;
        bus_forget_questions(bus);
        bus->has_name = false;
        if (bus->manager->settings->is_private)
                manager_stop(bus->manager, EXIT_SUCCESS);
        else {
                log_message(LOG_INFO, "The bus is gone; going on without it until it is back");
                (void) reconnect_soon(bus);
        }

        return 0;
}

static void notify_ready(const Bus *bus) {
        (void) sd_notifyf(0, "READY=1\nSTATUS=Serving %zu kernels below %s", bus_n_kernels(bus),
                          bus->manager->settings->modules_path);
}

static int on_name(sd_bus_message *message, void *userdata, sd_bus_error *ret_error) {
        const sd_bus_error *error = sd_bus_message_get_error(message);
        Bus *bus = userdata;
        uint32_t result = 0;

        (void) ret_error;
        (void) sd_event_source_set_enabled(bus->patience, SD_EVENT_OFF);
        if (!error && sd_bus_message_read(message, "u", &result) >= 0 && result == 1) {
                bus->has_name = true;
                bus_become_ready(bus);
                return 0;
        }

        log_message(LOG_ERR, "Cannot take the name " DEPMOD1_NAME " on the bus: %s",
                    error ? error->message : "another daemon has it");
        /* Nobody can ask, but the index is kept right all the same. */
        if (error)
                notify_ready(bus);
        else
                manager_stop(bus->manager, EXIT_FAILURE);
        return 0;
}

static int on_impatient(sd_event_source *source, uint64_t usec, void *userdata) {
        (void) source;
        (void) usec;
        notify_ready(userdata);
        return 0;
}

static int request_name(Bus *bus) {
        int r = sd_bus_request_name_async(bus->bus, NULL, DEPMOD1_NAME, 0, on_name, bus);

        if (r < 0)
                notify_ready(bus);
        return r;
}

static int on_connected(sd_bus_message *message, void *userdata, sd_bus_error *ret_error) {
        Bus *bus = userdata;

        (void) message;
        (void) ret_error;
        if (!bus->manager->is_ready || bus->manager->settings->is_private)
                return 0;

        return request_name(bus);
}

static int set_address(sd_bus *bus) {
        const char *address = secure_getenv("DBUS_SYSTEM_BUS_ADDRESS");
        int r;

        r = sd_bus_set_address(bus, address ? address : SYSTEM_BUS);
        if (r >= 0)
                r = sd_bus_set_bus_client(bus, true);
        if (r >= 0)
                r = sd_bus_set_watch_bind(bus, true);
        if (r >= 0)
                r = sd_bus_set_connected_signal(bus, true);
        if (r >= 0)
                r = sd_bus_negotiate_creds(bus, true, SD_BUS_CREDS_EUID | SD_BUS_CREDS_PID);
        return r;
}

/* The other end of standard input and output is whoever has started us. */
static int set_private(sd_bus *bus) {
        sd_id128_t id;
        int r;

        r = sd_id128_randomize(&id);
        if (r >= 0)
                r = sd_bus_set_fd(bus, STDIN_FILENO, STDOUT_FILENO);
        if (r >= 0)
                r = sd_bus_set_server(bus, true, id);
        if (r >= 0)
                r = sd_bus_set_anonymous(bus, true);
        if (r >= 0)
                r = sd_bus_set_trusted(bus, true);
        return r;
}

/*
 * Some clients send the end of the handshake and their first call in one go. sd-bus then has the
 * call in its buffer, and as a server waits for more input before it looks at it.
 */
static void take_leftovers(const Bus *bus) {
        while (bus->bus && sd_bus_is_open(bus->bus) > 0 && sd_bus_process(bus->bus, NULL) > 0)
                ;
}

/*
 * A bus that ends just when sd-bus has found its socket: the connection is closed, but nothing
 * waits for it any more, and so it never says that it is.
 */
static void look_after_connection(Bus *bus) {
        int enabled = SD_EVENT_OFF;

        if (!bus->bus || sd_bus_is_open(bus->bus) > 0)
                return;

        (void) sd_event_source_get_enabled(bus->reconnect, &enabled);
        if (enabled == SD_EVENT_OFF)
                (void) reconnect_soon(bus);
}

static int on_event(sd_event_source *source, void *userdata) {
        Bus *bus = userdata;

        (void) source;
        if (bus->manager->settings->is_private)
                take_leftovers(bus);
        else
                look_after_connection(bus);
        return 0;
}

/* Signals of the connection itself, which no bus has sent. */
static int add_local_match(Bus *bus, const char *member, sd_bus_message_handler_t handler) {
        return sd_bus_match_signal_async(bus->bus, NULL, "org.freedesktop.DBus.Local",
                                         "/org/freedesktop/DBus/Local",
                                         "org.freedesktop.DBus.Local", member, handler, NULL, bus);
}

static int add_objects(Bus *bus) {
        int r;

        r = sd_bus_add_object_manager(bus->bus, NULL, DEPMOD1_PATH);
        if (r >= 0)
                r = bus_add_manager(bus);
        if (r >= 0)
                r = bus_add_kernels(bus);
        if (r >= 0)
                r = bus_add_log_control(bus);
        if (r >= 0)
                r = add_local_match(bus, "Connected", on_connected);
        if (r >= 0)
                r = add_local_match(bus, "Disconnected", on_disconnected);
        return r;
}

static int start_bus(Bus *bus) {
        bool is_private = bus->manager->settings->is_private;
        int r;

        r = sd_bus_new(&bus->bus);
        if (r >= 0)
                r = sd_bus_set_description(bus->bus, is_private ? "private" : "system");
        if (r >= 0)
                r = is_private ? set_private(bus->bus) : set_address(bus->bus);
        if (r >= 0)
                r = sd_bus_negotiate_fds(bus->bus, true);
        if (r >= 0)
                r = sd_bus_set_close_on_exit(bus->bus, false); /* see bus_free() */
        if (r >= 0)
                r = sd_bus_start(bus->bus);
        if (r >= 0)
                r = add_objects(bus);
        if (r >= 0)
                r = sd_bus_attach_event(bus->bus, bus->manager->event, PRIORITY_BUS);
        return r;
}

int bus_new(Bus **ret_bus, Manager *manager) {
        Bus *bus = calloc(1, sizeof(*bus));
        int r;

        if (!bus)
                return -ENOMEM;

        bus->manager = manager;
        bus->state = manager_state(manager);
        bus->told_quiet_usec = manager->settings->settle.quiet_usec;
        r = sd_event_add_time(manager->event, &bus->reconnect, CLOCK_MONOTONIC, UINT64_MAX, 1000,
                              on_reconnect, bus);
        if (r >= 0)
                r = sd_event_source_set_enabled(bus->reconnect, SD_EVENT_OFF);
        if (r >= 0)
                r = sd_event_add_time(manager->event, &bus->patience, CLOCK_MONOTONIC, UINT64_MAX,
                                      1000, on_impatient, bus);
        if (r >= 0)
                r = sd_event_source_set_enabled(bus->patience, SD_EVENT_OFF);
        if (r >= 0)
                r = sd_event_add_post(manager->event, &bus->post, on_event, bus);
        if (r >= 0)
                r = start_bus(bus);
        if (r < 0 && !manager->settings->is_private) {
                (void) log_error_errno(r, "Cannot connect to the bus, trying again");
                r = reconnect_soon(bus);
        }
        if (r < 0) {
                bus_free(bus);
                return r;
        }

        *ret_bus = bus;
        return 0;
}

Bus *bus_free(Bus *bus) {
        if (!bus)
                return NULL;

        bus_forget_questions(bus);
        bus_forget_authorisations(bus);
        bus_forget_inhibitors(bus);
        sd_event_source_disable_unref(bus->reconnect);
        sd_event_source_disable_unref(bus->patience);
        sd_event_source_disable_unref(bus->post);
        /* Flushing a connection waits until it has been made. */
        if (bus->bus && sd_bus_is_ready(bus->bus) > 0)
                (void) sd_bus_flush(bus->bus);
        sd_bus_close_unref(bus->bus);
        free(bus);
        return NULL;
}

/*
 * The name comes last, so that whoever activates us waits until there is an answer; and then
 * systemd is told. A bus that does not answer for a while is not waited for: there may be none.
 */
void bus_become_ready(Bus *bus) {
        bool is_connected = bus->bus && sd_bus_is_ready(bus->bus) > 0;

        if (!bus->manager->is_ready || bus->manager->settings->is_private)
                return;

        if (bus->has_name)
                notify_ready(bus);
        else if (is_connected)
                (void) request_name(bus);
        else {
                (void) sd_event_source_set_time(bus->patience, usec_monotonic() + PATIENCE_USEC);
                (void) sd_event_source_set_enabled(bus->patience, SD_EVENT_ONESHOT);
        }
}
