/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "bus-parts.h"
#include "log.h"

/*
 * org.freedesktop.LogControl1(5), for systemctl service-log-level. sd-bus lets none but privileged
 * callers set a property that is not marked as unprivileged.
 */

static int get_level(sd_bus *connection, const char *path, const char *interface,
                     const char *property, sd_bus_message *reply, void *userdata,
                     sd_bus_error *ret_error) {
        (void) connection;
        (void) path;
        (void) interface;
        (void) property;
        (void) userdata;
        (void) ret_error;
        return sd_bus_message_append(reply, "s", log_level_name(log_level()));
}

static int set_level(sd_bus *connection, const char *path, const char *interface,
                     const char *property, sd_bus_message *value, void *userdata,
                     sd_bus_error *ret_error) {
        const char *name;
        int level, r;

        (void) connection;
        (void) path;
        (void) interface;
        (void) property;
        (void) userdata;
        r = sd_bus_message_read(value, "s", &name);
        if (r < 0)
                return r;
        if (log_level_parse(name, &level) < 0)
                return sd_bus_error_setf(ret_error, SD_BUS_ERROR_INVALID_ARGS,
                                         "'%s' is no log level", name);

        log_set_level(level);
        return 0;
}

static int get_target(sd_bus *connection, const char *path, const char *interface,
                      const char *property, sd_bus_message *reply, void *userdata,
                      sd_bus_error *ret_error) {
        (void) connection;
        (void) path;
        (void) interface;
        (void) property;
        (void) userdata;
        (void) ret_error;
        return sd_bus_message_append(reply, "s", log_is_journal() ? "journal" : "console");
}

static int set_target(sd_bus *connection, const char *path, const char *interface,
                      const char *property, sd_bus_message *value, void *userdata,
                      sd_bus_error *ret_error) {
        (void) connection;
        (void) path;
        (void) interface;
        (void) property;
        (void) value;
        (void) userdata;
        return sd_bus_error_set(ret_error, SD_BUS_ERROR_NOT_SUPPORTED,
                                "The log goes where standard error goes");
}

static int get_identifier(sd_bus *connection, const char *path, const char *interface,
                          const char *property, sd_bus_message *reply, void *userdata,
                          sd_bus_error *ret_error) {
        (void) connection;
        (void) path;
        (void) interface;
        (void) property;
        (void) userdata;
        (void) ret_error;
        return sd_bus_message_append(reply, "s", "depmodd");
}

static const sd_bus_vtable log_control_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_WRITABLE_PROPERTY("LogLevel", "s", get_level, set_level, 0, 0),
        SD_BUS_WRITABLE_PROPERTY("LogTarget", "s", get_target, set_target, 0, 0),
        SD_BUS_PROPERTY("SyslogIdentifier", "s", get_identifier, 0, 0),
        SD_BUS_VTABLE_END,
};

int bus_add_log_control(Bus *bus) {
        return sd_bus_add_object_vtable(bus->bus, NULL, "/org/freedesktop/LogControl1",
                                        "org.freedesktop.LogControl1", log_control_vtable, bus);
}
